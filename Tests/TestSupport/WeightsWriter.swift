import Bytes
import Models

/// A layer of a weights file.
package enum LayerRecord {
  /// `bias`: of each output, what it adds to the result.
  case pointwise(Int, Int, bias: (Int) -> Int = { _ in 0 })
  case block(Int)
  /// With factors about 1.
  case gain(Int)
  case unshuffle(Int)
  case shuffle(Int)
  case convolution(Int, Int, bias: (Int) -> Int = { _ in 0 })
}

/// Writes the records of a weights file (Documentation/Weights.md) with random weights.
struct WeightsWriter {
  var bytes: [UInt8] = []
  /// The number of quality levels.
  var levels = 64
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  private mutating func random(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &generator)
  }

  mutating func u8(_ values: Int...) { bytes += values.map { UInt8($0) } }

  mutating func u16(_ value: Int) {
    bytes += [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
  }

  mutating func u32(_ value: Int) { bytes.append(u32: UInt32(value)) }

  /// The constants of refinement: those of a model for the mean squared error.
  mutating func refinement() {
    u16(35 << 8)
    u32(1 << 16)
    for value in [900, 40, 2500, 120, 200, 800, 128, 2000] { u16(value) }
    u8(2, 1)
  }

  mutating func text(_ text: String) {
    u8(text.utf8.count)
    bytes += text.utf8
  }

  /// Shifts, then biases.
  private mutating func outputs(_ count: Int, shift: Int, bias: (Int) -> Int) {
    bytes += [UInt8](repeating: UInt8(shift), count: count)
    for output in 0..<count { bytes.append(u32: UInt32(truncatingIfNeeded: bias(output) << shift)) }
  }

  /// A pointwise record with weights of 3 bits.
  private mutating func pointwise(
    _ inputs: Int, _ outputs: Int, bias: (Int) -> Int = { _ in 0 }
  ) {
    u16(inputs)
    u16(outputs)
    u8(3)
    // The sum of n products with numbers of variance 5 is about √(5·n) times as large as their
    // factors.
    let shift = (Int.bitWidth - (5 * inputs).leadingZeroBitCount) / 2
    self.outputs(outputs, shift: shift, bias: bias)
    bytes += (0..<3 * inputs * outputs / 8).map { _ in UInt8(random(0...255)) }
  }

  private mutating func depthwise(_ channels: Int) {
    u16(channels)
    outputs(channels, shift: 5) { _ in 0 }
    for _ in 0..<9 * channels { u16(random(-12...12)) }
  }

  /// A network, of which `start` are the first bytes.
  mutating func network(_ role: NetworkRole, _ layers: [LayerRecord], after start: [UInt8] = []) {
    let before = bytes
    bytes = start
    u8(layers.count)
    for layer in layers { append(layer) }
    let record = bytes
    bytes = before
    network(role, bytes: record)
  }

  /// A network of these bytes.
  mutating func network(_ role: NetworkRole, bytes record: [UInt8]) {
    u8(Int(role.rawValue))
    u32(record.count)
    bytes += record
  }

  private mutating func append(_ layer: LayerRecord) {
    switch layer {
    case .pointwise(let inputs, let outputs, let bias):
      u8(1)
      pointwise(inputs, outputs, bias: bias)
    case .block(let channels):
      u8(2)
      pointwise(channels, channels)
      depthwise(channels)
      pointwise(channels, channels)
      pointwise(channels, 2 * channels)
      pointwise(2 * channels, channels)
    case .gain(let channels):
      u8(3)
      u16(channels)
      for level in 0..<levels {
        u8(8)
        for _ in 0..<channels { u16(random(200...260) + level) }
      }
    case .unshuffle(let factor): u8(4, factor)
    case .shuffle(let factor): u8(5, factor)
    case .convolution(let channels, let outputs, let bias):
      u8(6)
      pointwise(9 * channels, outputs, bias: bias)
    }
  }

  /// A table of `count` symbols about 0, likely in the middle.
  mutating func table(count: Int, rawBits: Int) {
    u8(rawBits)
    u16(-(count / 2))
    u16(count)
    let tails = (0..<count).map { 1 + 40 / (1 + abs($0 - count / 2)) }
    for tail in tails { u16(tail) }
    u16(4096 - tails.reduce(0, +))
  }

  /// The whole file: what was written, and its id.
  mutating func finish() -> [UInt8] {
    bytes.append(u32: CRC32C.of(bytes))
    return bytes
  }
}
