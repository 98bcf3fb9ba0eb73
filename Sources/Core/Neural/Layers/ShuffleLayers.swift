/// n×n neighbouring positions become one, with n·n times the channels, in the order (row, column,
/// channel): Format.md, section 5.
package struct UnshuffleLayer: Sendable {
  /// n.
  package let factor: Int

  func apply(_ input: borrowing Tensor, on execution: Execution) -> Tensor {
    let output = execution.tensor(
      rows: input.rows / factor, columns: input.columns / factor,
      channels: input.channels * factor * factor)
    execution.parallelFor(output.rows) { row, _ in apply(input, to: row, output.row(row)) }
    return output
  }

  /// A row of the output.
  func apply(_ input: borrowing Tensor, to row: Int, _ output: UnsafeMutablePointer<Int16>) {
    let run = factor * input.channels
    for dy in 0..<factor {
      let from = input.row(row * factor + dy)
      for column in 0..<input.columns / factor {
        (output + (column * factor + dy) * run).update(from: from + column * run, count: run)
      }
    }
  }
}

/// The inverse of ``UnshuffleLayer``.
package struct ShuffleLayer: Sendable {
  /// n.
  package let factor: Int

  func apply(_ input: borrowing Tensor, on execution: Execution) -> Tensor {
    let output = execution.tensor(
      rows: input.rows * factor, columns: input.columns * factor,
      channels: input.channels / (factor * factor))
    execution.parallelFor(input.rows) { row, _ in
      apply(input, from: row) { output.row($0) }
    }
    return output
  }

  /// The rows of the output that a row of the input becomes; `output` tells where each goes.
  func apply(
    _ input: borrowing Tensor, from row: Int, to output: (Int) -> UnsafeMutablePointer<Int16>
  ) {
    let run = input.channels / factor
    for dy in 0..<factor {
      let to = output(row * factor + dy)
      for column in 0..<input.columns {
        (to + column * run).update(from: input.position(row, column) + dy * run, count: run)
      }
    }
  }
}

// MARK: As kinds of layers

extension UnshuffleLayer: LayerKind {
  init(parsing reader: inout ParameterReader, levels: Int) throws(ParameterError) {
    factor = try reader.u8("factor", in: 2...16)
  }

  func output(for input: TensorShape, coarsest: Int) -> TensorShape? {
    let reduction = input.reduction * factor
    guard coarsest % reduction == 0 else { return nil }
    return TensorShape(reduction: reduction, channels: input.channels * factor * factor)
  }

  func inputHalo(forOutputHalo halo: Int) -> Int { halo * factor + factor - 1 }

  func memory(for input: TensorShape) -> LayerMemory { LayerMemory(values: 2 * input.channels) }

  func apply(_ input: consuming Tensor, level: Int, on execution: Execution) -> Tensor {
    apply(input, on: execution)
  }

  func stage(for input: StripInput, followedBy layers: inout ArraySlice<Layer>) -> StripStage {
    if factor == 2, case .pointwise(let pointwise)? = layers.first {
      layers.removeFirst()
      return pointwise.stage(for: input, unshuffles: true, followedBy: &layers)
    }
    return UnshuffleStage(self, input: input)
  }

  func adjoint() -> LayerAdjoint { ShuffleAdjoint(.unshuffle(self), .shuffle(inverse)) }

  private var inverse: ShuffleLayer { ShuffleLayer(factor: factor) }
}

extension ShuffleLayer: LayerKind {
  init(parsing reader: inout ParameterReader, levels: Int) throws(ParameterError) {
    factor = try reader.u8("factor", in: 2...16)
  }

  func output(for input: TensorShape, coarsest: Int) -> TensorShape? {
    guard input.channels % (factor * factor) == 0, input.reduction % factor == 0 else {
      return nil
    }
    return TensorShape(
      reduction: input.reduction / factor, channels: input.channels / (factor * factor))
  }

  func inputHalo(forOutputHalo halo: Int) -> Int { (halo + factor - 1) / factor }

  func memory(for input: TensorShape) -> LayerMemory { LayerMemory(values: 2 * input.channels) }

  func apply(_ input: consuming Tensor, level: Int, on execution: Execution) -> Tensor {
    apply(input, on: execution)
  }

  func stage(for input: StripInput, followedBy layers: inout ArraySlice<Layer>) -> StripStage {
    ShuffleStage(self, input: input)
  }

  func adjoint() -> LayerAdjoint { ShuffleAdjoint(.shuffle(self), .unshuffle(inverse)) }

  private var inverse: UnshuffleLayer { UnshuffleLayer(factor: factor) }
}

private final class UnshuffleStage: StripStage {
  private let layer: UnshuffleLayer

  init(_ layer: UnshuffleLayer, input: StripInput) {
    self.layer = layer
    let (n, capacity) = (layer.factor, input.maximumRows + layer.factor - 1)
    super.init(
      input, capacity: capacity,
      output: (
        columns: input.columns / n, channels: input.channels * n * n, maximumRows: capacity / n
      ))
  }

  override func run(
    held: Int, isLast: Bool, on execution: Execution,
    _ output: (Int) -> UnsafeMutablePointer<Int16>
  ) -> (given: Int, used: Int) {
    let rows = held / layer.factor
    execution.parallelFor(rows) { row, _ in layer.apply(input, to: row, output(row)) }
    return (rows, rows * layer.factor)
  }
}

private final class ShuffleStage: StripStage {
  private let layer: ShuffleLayer

  init(_ layer: ShuffleLayer, input: StripInput) {
    self.layer = layer
    let n = layer.factor
    super.init(
      input, capacity: input.maximumRows,
      output: (
        columns: input.columns * n, channels: input.channels / (n * n),
        maximumRows: input.maximumRows * n
      ))
  }

  override func run(
    held: Int, isLast: Bool, on execution: Execution,
    _ output: (Int) -> UnsafeMutablePointer<Int16>
  ) -> (given: Int, used: Int) {
    execution.parallelFor(held) { row, _ in layer.apply(input, from: row, to: output) }
    return (held * layer.factor, held)
  }
}

/// A layer whose adjoint is its inverse.
private final class ShuffleAdjoint: LayerAdjoint, @unchecked Sendable {
  private let layer: Layer
  private let inverse: Layer

  init(_ layer: Layer, _ inverse: Layer) {
    self.layer = layer
    self.inverse = inverse
  }

  override func forward(
    _ input: consuming Tensor, level: Int, recording signs: inout [SignMap], on execution: Execution
  ) -> Tensor {
    layer.apply(input, level: level, on: execution)
  }

  override func backward(
    _ gradient: consuming Tensor, exponent: inout Int, level: Int, _ signs: inout [SignMap],
    on execution: Execution
  ) -> Tensor {
    inverse.apply(gradient, level: level, on: execution)
  }
}
