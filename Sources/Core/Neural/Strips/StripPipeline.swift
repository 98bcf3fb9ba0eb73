/// A network run over a picture strip by strip, top to bottom, with the result of a run over the
/// whole: each stage keeps the rows that its next ones still need. Memory is bounded by the strip,
/// whatever the height.
package final class StripPipeline {
  private let stages: [StripStage]
  private let output: Tensor
  private let execution: Execution
  private var given = 0

  /// The memory of the rows that the pipeline holds, in bytes.
  package var rowMemory: Int {
    stages.reduce(output.count) { $0 + $1.rowValues } * MemoryLayout<Int16>.stride
  }

  /// The memory that each worker needs at most, in bytes, however many columns there are.
  package var workerMemory: Int {
    let channels = stages.reduce(0) { $0 + $1.workerChannels }
    return channels * Execution.maximumPartWidth * MemoryLayout<Int16>.stride
  }

  /// Prepares a pipeline.
  ///
  /// - Parameters:
  ///   - layers: those of a network, or a run of them, at least one.
  ///   - input: the columns and channels of the input.
  ///   - maximumRows: the largest number of rows that a push brings.
  package init(
    _ layers: ArraySlice<Layer>, level: Int, input: (columns: Int, channels: Int),
    maximumRows: Int, on execution: Execution
  ) {
    precondition(!layers.isEmpty, "a pipeline needs a layer")
    self.execution = execution
    var shape = (columns: input.columns, channels: input.channels, maximumRows: maximumRows)
    var stages: [StripStage] = []
    var layers = layers
    while let layer = layers.popFirst() {
      let input = StripInput(
        columns: shape.columns, channels: shape.channels, maximumRows: shape.maximumRows,
        gain: nil, level: level, execution: execution)
      let stage = layer.stage(for: input, followedBy: &layers)
      stages.append(stage)
      shape = stage.output
    }
    self.stages = stages
    output = execution.tensor(
      rows: shape.maximumRows, columns: shape.columns, channels: shape.channels)
  }

  /// Brings the next rows and hands on the rows of the result that are then known.
  ///
  /// - Parameters:
  ///   - isLast: whether these are the picture's last rows.
  ///   - fill: writes a row of the input, counted within this push; called for several rows at
  ///     once.
  ///   - use: reads a row of the output, counted from the picture's top; called for several rows at
  ///     once.
  package func push(
    rows: Int, isLast: Bool, fill: (Int, UnsafeMutablePointer<Int16>) -> Void,
    use: (Int, UnsafePointer<Int16>) -> Void
  ) {
    execution.parallelFor(rows) { row, _ in fill(row, stages[0].slot(row)) }
    var count = rows
    for (index, stage) in stages.enumerated() {
      let next = index + 1 < stages.count ? stages[index + 1] : nil
      count = stage.push(count, isLast: isLast, on: execution) { row in
        next?.slot(row) ?? output.row(row)
      }
    }
    execution.parallelFor(count) { row, _ in use(given + row, output.row(row)) }
    given += count
  }
}
