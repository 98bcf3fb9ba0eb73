import CNeuralKernels

/// The gradient of what a network's output costs with respect to its input, for an encoder that searches for a better one.
///
/// The network is run once, which notes on which side of zero each leaky ReLU is, and then backwards, layer by layer. All arithmetic
/// is on integers, so that it is the same on every machine; saturation counts as if it were not there.
package struct NetworkGradient: Sendable {
  private let steps: [Step]

  private enum Step: Sendable {
    case pointwise(PointwiseLayer, Adjoint<PointwiseLayer>)
    case block(BlockLayer, BlockAdjoint)
    case gain(GainLayer)
    case unshuffle(Int)
    case shuffle(Int)
  }

  /// Prepares the adjoints of some layers of a network.
  package init(of layers: some Sequence<Layer>) {
    steps = layers.map { layer in
      switch layer {
      case .pointwise(let layer): .pointwise(layer, layer.adjoint())
      case .block(let layer): .block(layer, BlockAdjoint(layer))
      case .gain(let layer): .gain(layer)
      case .unshuffle(let factor): .unshuffle(factor)
      case .shuffle(let factor): .shuffle(factor)
      }
    }
  }

  /// A gradient: `values` divided by 2^`exponent`.
  package struct Gradient: ~Copyable {
    package let values: Tensor
    package let exponent: Int
  }

  /// The gradient with respect to the network's input.
  ///
  /// - Parameters:
  ///   - input: the network's input.
  ///   - replace: replaces the output by the gradient with respect to it, and returns its exponent.
  package func gradient(
    at input: consuming Tensor, level: Int, on execution: Execution,
    replace: (borrowing Tensor) -> Int
  ) -> Gradient {
    var x = input
    var signs: [BlockSigns] = []
    for step in steps {
      switch step {
      case .pointwise(let layer, _): x = layer.apply(x, on: execution)
      case .gain(let layer): layer.apply(x, level: level, on: execution)
      case .unshuffle(let factor): x = Shuffle.unshuffle(x, factor: factor, on: execution)
      case .shuffle(let factor): x = Shuffle.shuffle(x, factor: factor, on: execution)
      case .block(let layer, _):
        let own = BlockSigns(of: layer, rows: x.rows, columns: x.columns, in: execution.workspace)
        layer.apply(x, noting: own, on: execution)
        signs.append(own)
      }
    }
    let exponent = replace(x)
    return backward(x, exponent: exponent, signs, level: level, on: execution)
  }

  private func backward(
    _ gradient: consuming Tensor, exponent: Int, _ signs: consuming [BlockSigns], level: Int,
    on execution: Execution
  ) -> Gradient {
    var x = gradient
    var exponent = exponent
    for step in steps.reversed() {
      switch step {
      case .pointwise(_, let adjoint):
        x = adjoint.layer.apply(x, on: execution)
        exponent += adjoint.exponent + x.level(on: execution)
      case .gain(let layer):
        let adjoint = layer.adjoint(level: level)
        layer.apply(x, level: level, shift: adjoint.shift, on: execution)
        exponent += adjoint.exponent + x.level(on: execution)
      case .unshuffle(let factor): x = Shuffle.shuffle(x, factor: factor, on: execution)
      case .shuffle(let factor): x = Shuffle.unshuffle(x, factor: factor, on: execution)
      case .block(_, let adjoint): adjoint.apply(x, signs.removeLast(), on: execution)
      }
    }
    return Gradient(values: x, exponent: exponent)
  }

  /// The memory that ``gradient(at:level:on:replace:)`` takes at most, in bytes for each position of the input, and for each worker.
  package var memory: (position: Int, worker: Int) {
    var (signs, channels, widest, worker) = (0, 0, 0, 0)
    var positions = 1.0
    for step in steps {
      var inner = 0
      switch step {
      case .pointwise(let layer, _): (inner, channels) = (layer.inputs, layer.outputs)
      case .gain(let layer): channels = layer.channels
      case .unshuffle(let factor):
        positions /= Double(factor * factor)
        channels *= factor * factor
      case .shuffle(let factor):
        positions *= Double(factor * factor)
        channels /= factor * factor
      case .block(let layer, _):
        inner = layer.channels
        signs += Int(positions) * BlockSigns.bytes(of: layer)
        worker = max(worker, max(layer.channels, layer.f.outputs) * Execution.maximumPartWidth)
      }
      widest = max(widest, Int(positions) * (inner + channels))
    }
    // Beside the tensors at hand there is, for a moment, the one before.
    return (signs + 2 * widest * MemoryLayout<Int16>.stride, worker * MemoryLayout<Int16>.stride)
  }
}

extension Tensor {
  /// Scales values by a power of two so that blocks have room to add to them and precision is kept; returns the exponent.
  fileprivate func level(on execution: Execution) -> Int {
    var largest = [Int32](repeating: 0, count: rows)
    largest.withUnsafeMutableBufferPointer { largest in
      // SAFETY: each element is written by one call.
      nonisolated(unsafe) let largest = largest
      execution.divide(rows) { i, _ in largest[i] = tng_largest_magnitude(row(i), rowStride) }
    }
    let magnitude = largest.max() ?? 0
    guard magnitude > 0 else { return 0 }
    let power = magnitude.leadingZeroBitCount - Self.headroom
    scale(byPower: power, on: execution)
    return power
  }

  /// The leading zero bits, of 32, of the largest magnitude: it is then 4096 to 8191.
  private static var headroom: Int { 19 }

  /// Multiplies all values by 2 to a power, rounding. A positive power must not lead out of 16 bits.
  package func scale(byPower power: Int, on execution: Execution) {
    guard power != 0 else { return }
    execution.divide(rows) { i, _ in tng_scale_by_power(row(i), rowStride, Int32(power)) }
  }
}

extension GainLayer {
  /// Multiplies a tensor by the factors of a level, in place, with another shift than the level's.
  fileprivate func apply(
    _ x: borrowing Tensor, level: Int, shift: Int32, on execution: Execution
  ) {
    execution.divide(x.rows) { i, _ in
      apply(
        x.row(i), pixels: x.columns, level: level, shift: shift, kernels: execution.kernels)
    }
  }
}

// MARK: Blocks

/// For each value inside a block on which side of zero it was, one bit each.
private final class BlockSigns: @unchecked Sendable {
  /// Those after the first layer, then those after the expansion.
  private let memory: Workspace.Block
  private let workspace: Workspace
  private let columns: Int
  private let mixedBytes: Int
  private let expandedBytes: Int
  private let expandedStart: Int

  init(of block: BlockLayer, rows: Int, columns: Int, in workspace: Workspace) {
    self.columns = columns
    self.workspace = workspace
    (mixedBytes, expandedBytes) = (block.channels / 8, block.f.outputs / 8)
    expandedStart = rows * columns * mixedBytes
    memory = workspace.take(expandedStart + rows * columns * expandedBytes)
  }

  deinit { workspace.recycle(memory) }

  /// The bytes for a position.
  static func bytes(of block: BlockLayer) -> Int { (block.channels + block.f.outputs) / 8 }

  func mixed(_ row: Int, _ column: Int) -> UnsafeMutablePointer<UInt8> {
    (memory.base + (row * columns + column) * mixedBytes)
      .assumingMemoryBound(to: UInt8.self)
  }

  func expanded(_ row: Int, _ column: Int) -> UnsafeMutablePointer<UInt8> {
    (memory.base + expandedStart + (row * columns + column) * expandedBytes)
      .assumingMemoryBound(to: UInt8.self)
  }
}

extension BlockLayer {
  /// Applies the block to a tensor, in place, and notes the signs that its gradient depends on.
  fileprivate func apply(
    _ x: borrowing Tensor, noting signs: BlockSigns, on execution: Execution
  ) {
    let (inner, outer) = (channels, f.outputs)
    apply(x, on: execution) { row, columns, mixed in
      tng_note_signs(mixed, columns.count * inner, signs.mixed(row, columns.lowerBound))
    } expanded: { row, columns, expanded in
      tng_note_signs(expanded, columns.count * outer, signs.expanded(row, columns.lowerBound))
    }
  }
}

extension BlockAdjoint {
  /// Takes the gradient with respect to a block's output to that with respect to its input, in place.
  fileprivate func apply(_ x: borrowing Tensor, _ signs: BlockSigns, on execution: Execution) {
    let channels = a.outputs
    let filtered = execution.tensor(rows: x.rows, columns: x.columns, channels: channels)
    let scratch = execution.tensor(
      rows: execution.threads, columns: Execution.partWidth(of: x.columns),
      channels: max(channels, f.inputs))
    execution.divide(rows: x.rows, columns: x.columns) { i, columns, worker in
      let (x, scratch) = (x.position(i, columns.lowerBound), scratch.row(worker))
      let pixels = columns.count
      g.apply(x, to: scratch, pixels: pixels, execution.kernels)
      execution.kernels.table.pointee.leaky_gradient(
        scratch, pixels * f.inputs, signs.expanded(i, columns.lowerBound))
      f.apply(scratch, to: x, pixels: pixels, residual: x, execution.kernels)
      b.apply(
        x, to: filtered.position(i, columns.lowerBound), pixels: pixels, execution.kernels)
    }
    execution.divide(rows: x.rows, columns: x.columns) { i, columns, worker in
      let window = (
        above: i > 0 ? filtered.row(i - 1) : nil, at: filtered.row(i),
        below: i + 1 < x.rows ? filtered.row(i + 1) : nil, columns: x.columns
      )
      let (x, scratch) = (x.position(i, columns.lowerBound), scratch.row(worker))
      let pixels = columns.count
      depthwise.apply(window, columns: columns, to: scratch, execution.kernels)
      execution.kernels.table.pointee.leaky_gradient(
        scratch, pixels * channels, signs.mixed(i, columns.lowerBound))
      a.apply(scratch, to: x, pixels: pixels, residual: x, execution.kernels)
    }
  }
}
