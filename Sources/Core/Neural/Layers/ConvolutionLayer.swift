import CNeuralKernels

/// A 3×3 convolution over all channels: Format.md, section 5. It stands in heads alone, through
/// which no gradient goes.
package struct ConvolutionLayer: Sendable {
  /// A pointwise layer on the channels of nine positions: column after column, in them row after
  /// row.
  private let pointwise: PointwiseLayer

  private var inputs: Int { pointwise.inputs / 9 }
  fileprivate var outputs: Int { pointwise.outputs }

  /// The channels of a worker's memory, which holds the part of a row that is one unit of work and
  /// a position on each side.
  fileprivate var scratchChannels: Int { 4 * inputs }

  /// For each worker, the three rows around a part of one, side by side at each position.
  fileprivate func scratch(columns: Int, on execution: Execution) -> Tensor {
    execution.tensor(
      rows: execution.threads, columns: Execution.partWidth(of: columns) + 2, channels: 3 * inputs)
  }

  /// Some columns of a row of the output; a row outside the picture is nil.
  fileprivate func apply(
    _ window: RowWindow, columns: Range<Int>, to output: UnsafeMutablePointer<Int16>,
    scratch: UnsafeMutablePointer<Int16>, _ kernels: Kernels
  ) {
    for (index, row) in [window.above, window.at, window.below].enumerated() {
      var to = scratch + index * inputs
      for column in columns.lowerBound - 1...columns.upperBound {
        if let row, (0..<window.columns).contains(column) {
          to.update(from: row + column * inputs, count: inputs)
        } else {
          to.update(repeating: 0, count: inputs)
        }
        to += 3 * inputs
      }
    }
    var task = tng_pointwise_row(
      source: scratch, channels: 9 * inputs, pixels: columns.count,
      output: output + columns.lowerBound * outputs, outputs: outputs)
    // The nine positions of a pixel and of the next have six in common.
    task.sources.0.stride = 3 * inputs
    withUnsafePointer(to: pointwise.parameters) { kernels.table.pointee.pointwise($0, &task) }
  }
}

// MARK: As a kind of layer

extension ConvolutionLayer: LayerKind {
  /// Reads a pointwise record with nine times the channels as inputs.
  init(parsing reader: inout ParameterReader, levels: Int) throws(ParameterError) {
    let start = reader.offset
    pointwise = try PointwiseLayer(parsing: &reader)
    guard pointwise.inputs % (9 * 16) == 0 else {
      throw .misfit("the inputs of a convolution are not nine times its channels", offset: start)
    }
  }

  func output(for input: TensorShape, coarsest: Int) -> TensorShape? {
    input.channels == inputs
      ? TensorShape(reduction: input.reduction, channels: outputs) : nil
  }

  var multiplyAdds: Int { pointwise.multiplyAdds }

  func inputHalo(forOutputHalo halo: Int) -> Int { halo + 1 }

  func memory(for input: TensorShape) -> LayerMemory {
    LayerMemory(
      values: inputs + outputs, scratch: scratchChannels * Execution.maximumPartWidth)
  }

  func apply(_ input: consuming Tensor, level: Int, on execution: Execution) -> Tensor {
    let output = execution.tensor(rows: input.rows, columns: input.columns, channels: outputs)
    let scratch = scratch(columns: input.columns, on: execution)
    execution.parallelFor(rows: input.rows, columns: input.columns) { row, columns, worker in
      let window = (
        above: row > 0 ? input.row(row - 1) : nil, at: input.row(row),
        below: row + 1 < input.rows ? input.row(row + 1) : nil, columns: input.columns
      )
      apply(
        window, columns: columns, to: output.row(row), scratch: scratch.row(worker),
        execution.kernels)
    }
    return output
  }

  func stage(for input: StripInput, followedBy layers: inout ArraySlice<Layer>) -> StripStage {
    ConvolutionStage(self, input: input)
  }

  func adjoint() -> LayerAdjoint {
    preconditionFailure("the loader lets convolutions stand in heads alone")
  }
}

/// A convolution of rows as they come. A row is given when the row below it is there, or when there
/// is none, and waits on for the row below it.
private final class ConvolutionStage: StripStage {
  private let layer: ConvolutionLayer
  private let scratch: Tensor
  private var isAtTop = true

  init(_ layer: ConvolutionLayer, input: StripInput) {
    self.layer = layer
    scratch = layer.scratch(columns: input.columns, on: input.execution)
    super.init(
      input, capacity: input.maximumRows + 2,
      output: (
        columns: input.columns, channels: layer.outputs, maximumRows: input.maximumRows + 1
      ))
  }

  override var workerChannels: Int { layer.scratchChannels }

  override func run(
    held: Int, isLast: Bool, on execution: Execution,
    _ output: (Int) -> UnsafeMutablePointer<Int16>
  ) -> (given: Int, used: Int) {
    // The first row that is held is above the first that is given, but at the top.
    let first = isAtTop ? 0 : 1
    let given = max((isLast ? held : held - 1) - first, 0)
    execution.parallelFor(rows: given, columns: input.columns) { index, columns, worker in
      let row = first + index
      let window = (
        above: row > 0 ? input.row(row - 1) : nil, at: input.row(row),
        below: row + 1 < held ? input.row(row + 1) : nil, columns: input.columns
      )
      layer.apply(
        window, columns: columns, to: output(index), scratch: scratch.row(worker),
        execution.kernels)
    }
    defer { if given > 0 { isAtTop = false } }
    return (given, isAtTop ? max(given - 1, 0) : given)
  }
}
