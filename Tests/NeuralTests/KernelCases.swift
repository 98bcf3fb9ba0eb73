import CNeuralKernels
import TestSupport

/// A pointwise convolution with random parameters.
struct PointwiseCase {
  let inputs: Int
  let outputs: Int
  let pixels: Int
  let rows: [[Int16]]
  let bias: [Int32]
  let shift: [Int32]
  let values: [Int16]
  let residuals: [Int16]
  var leaky = false
  var residual = false

  init(inputs: Int, outputs: Int, pixels: Int, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    self.inputs = inputs
    self.outputs = outputs
    self.pixels = pixels
    rows = (0..<outputs).map { _ in generator.weights(inputs) }
    bias = (0..<outputs).map { _ in Int32.random(in: -10_000_000...10_000_000, using: &generator) }
    shift = (0..<outputs).map { _ in Int32.random(in: 1...22, using: &generator) }
    values = generator.values(inputs * pixels)
    residuals = generator.values(outputs * pixels)
  }

  /// The result by the formula of Format.md, in wide arithmetic.
  func expected() -> [Int16] {
    (0..<pixels * outputs).map { index in
      let (pixel, output) = index.quotientAndRemainder(dividingBy: outputs)
      let sum = (0..<inputs).reduce(Int(bias[output]) + 1 << (Int(shift[output]) - 1)) {
        $0 + Int(rows[output][$1]) * Int(values[pixel * inputs + $1])
      }
      var value = Int(Int16(clamping: sum >> Int(shift[output])))
      if leaky { value = max(value, value >> 3) }
      if residual { value += Int(residuals[index]) }
      return Int16(clamping: value)
    }
  }

  /// The result of the scalar kernel.
  func run() -> [Int16] {
    let packed = AlignedCopy(
      (0..<inputs * outputs).map { index in
        let block = index / (16 * inputs)
        let (pair, rest) = (index % (16 * inputs)).quotientAndRemainder(dividingBy: 32)
        return rows[16 * block + rest / 2][2 * pair + rest % 2]
      })
    let rounded = zip(bias, shift).map { $0 + 1 << ($1 - 1) }
    var output = residual ? residuals : [Int16](repeating: 0, count: outputs * pixels)
    rounded.withUnsafeBufferPointer { rounded in
      shift.withUnsafeBufferPointer { shift in
        values.withUnsafeBufferPointer { values in
          output.withUnsafeMutableBufferPointer { output in
            var layer = tng_pointwise_layer(
              inputs: Int32(inputs), outputs: Int32(outputs), weights: packed.base,
              bias: rounded.baseAddress!, shift: shift.baseAddress!)
            var row = row(values.baseAddress!, output.baseAddress!)
            tng_kernels_at(0).pointee.pointwise(&layer, &row)
          }
        }
      }
    }
    return output
  }

  private func row(
    _ values: UnsafePointer<Int16>, _ output: UnsafeMutablePointer<Int16>
  ) -> tng_pointwise_row {
    // Two sources, as where decoded latents follow features.
    let first = inputs / 4 * 2
    return tng_pointwise_row(
      sources: (
        tng_source(values: values, stride: inputs, channels: Int32(first)),
        tng_source(values: values + first, stride: inputs, channels: Int32(inputs - first))
      ),
      pixels: Int32(pixels), first_output: 0, output_count: Int32(outputs), output: output,
      output_stride: outputs, residual: residual ? UnsafePointer(output) : nil,
      residual_stride: outputs, leaky: leaky ? 1 : 0)
  }
}

/// A depthwise convolution with random parameters, of whose three rows those are there whose bits
/// are set in `present`.
struct DepthwiseCase {
  private let channels: Int
  private let pixels: Int
  private let present: Int
  private let taps: [[Int16]]
  private let bias: [Int32]
  private let shift: [Int32]
  private let rows: [[Int16]]

  init(channels: Int, pixels: Int, present: Int) {
    var generator = SeededGenerator(seed: UInt64(present))
    self.channels = channels
    self.pixels = pixels
    self.present = present
    taps = (0..<channels).map { _ in generator.weights(9) }
    bias = (0..<channels).map { _ in Int32.random(in: -9_000_000...9_000_000, using: &generator) }
    shift = (0..<channels).map { _ in Int32.random(in: 1...22, using: &generator) }
    rows = (0..<3).map { _ in generator.values(channels * pixels) }
  }

  /// The result by the formula of Format.md, in wide arithmetic.
  func expected() -> [Int16] {
    (0..<pixels * channels).map { index in
      let (pixel, channel) = index.quotientAndRemainder(dividingBy: channels)
      var sum = Int(bias[channel]) + 1 << (Int(shift[channel]) - 1)
      for tap in 0..<9 {
        let (row, column) = (tap / 3, pixel + tap % 3 - 1)
        guard present >> row & 1 == 1, (0..<pixels).contains(column) else { continue }
        sum += Int(taps[channel][tap]) * Int(rows[row][column * channels + channel])
      }
      return Int16(clamping: sum >> Int(shift[channel]))
    }
  }

  /// The result of the scalar kernel.
  func run() -> [Int16] {
    var packed = [Int16](repeating: 0, count: 10 * channels)
    for c in 0..<channels {
      for (t, weight) in taps[c].enumerated() {
        packed[c / 16 * 160 + t / 2 * 32 + c % 16 * 2 + t % 2] = weight
      }
    }
    let weights = AlignedCopy(packed)
    let inputs = rows.map { AlignedCopy($0) }
    let pointer = { (row: Int) in present >> row & 1 == 1 ? UnsafePointer(inputs[row].base) : nil }
    let rounded = zip(bias, shift).map { $0 + 1 << ($1 - 1) }
    var output = [Int16](repeating: 0, count: channels * pixels)
    rounded.withUnsafeBufferPointer { bias in
      shift.withUnsafeBufferPointer { shift in
        output.withUnsafeMutableBufferPointer { output in
          var layer = tng_depthwise_layer(
            channels: Int32(channels), weights: weights.base, bias: bias.baseAddress!,
            shift: shift.baseAddress!)
          var row = tng_depthwise_row(
            rows: (pointer(0), pointer(1), pointer(2)), columns: Int32(pixels), first: 0,
            pixels: Int32(pixels), output: output.baseAddress!)
          tng_kernels_at(0).pointee.depthwise(&layer, &row)
        }
      }
    }
    return withExtendedLifetime(inputs) { output }
  }
}

/// A copy of some numbers at an address that kernels accept.
final class AlignedCopy {
  let base: UnsafeMutablePointer<Int16>

  init(_ values: [Int16]) {
    base = UnsafeMutableRawPointer.allocate(byteCount: 2 * values.count, alignment: 64)
      .bindMemory(to: Int16.self, capacity: values.count)
    base.initialize(from: values, count: values.count)
  }

  deinit { base.deallocate() }
}

extension SeededGenerator {
  /// Values of the whole range, the extremes often.
  fileprivate mutating func values(_ count: Int) -> [Int16] {
    (0..<count).map { _ in
      switch next() % 8 {
      case 0: .min
      case 1: .max
      default: Int16(truncatingIfNeeded: next())
      }
    }
  }

  /// A row of weights that obeys the bound: its sum of magnitudes is at most 65000.
  fileprivate mutating func weights(_ count: Int) -> [Int16] {
    let limit = 65_000 / count
    return (0..<count).map { _ in Int16(Int(next() % UInt64(2 * limit + 1)) - limit) }
  }
}
