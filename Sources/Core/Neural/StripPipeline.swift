/// A network run over a picture strip by strip, top to bottom, with the result of a run over the whole: each stage keeps
/// the rows that its next ones still need. Memory is bounded by the strip, whatever the height.
package final class StripPipeline {
  private let stages: [StripStage]
  private let finalGain: GainLayer?
  private let output: Tensor
  private let level: Int
  private let execution: Execution
  private var given = 0

  /// The memory of the rows that the pipeline holds, in bytes.
  package var rowMemory: Int {
    let values = stages.reduce(output.count) { $0 + $1.input.count + $1.mixed.count }
    return values * MemoryLayout<Int16>.stride
  }

  /// The memory that each worker needs at most, in bytes, however many columns there are.
  package var workerMemory: Int {
    let channels = stages.reduce(0) { $0 + $1.scratch.channels }
    return channels * Execution.maximumPartWidth * MemoryLayout<Int16>.stride
  }

  /// Prepares a pipeline.
  ///
  /// - Parameters:
  ///   - layers: those of a network, or a run of them.
  ///   - input: the columns and channels of the input.
  ///   - maximumRows: the largest number of rows that a push brings.
  package init(
    _ layers: ArraySlice<Layer>, level: Int, input: (columns: Int, channels: Int),
    maximumRows: Int, on execution: Execution
  ) {
    self.level = level
    self.execution = execution
    var shape = (columns: input.columns, channels: input.channels, rows: maximumRows)
    var stages: [StripStage] = []
    var gain: GainLayer?
    var layers = layers
    while let layer = layers.popFirst() {
      if case .gain(let next) = layer {
        precondition(gain == nil, "two gains in a row")
        gain = next
        continue
      }
      let operation = StripStage.Operation(layer, followedBy: &layers)
      let stage = StripStage(
        operation, gain: gain, columns: shape.columns, channels: shape.channels,
        maximumInput: shape.rows, on: execution)
      stages.append(stage)
      gain = nil
      shape = operation.output(of: shape.columns, shape.channels, rows: stage.maximumOutput)
    }
    self.stages = stages
    finalGain = gain
    output = execution.tensor(rows: shape.rows, columns: shape.columns, channels: shape.channels)
  }

  /// Brings the next rows and hands on the rows of the result that are then known.
  ///
  /// - Parameters:
  ///   - isLast: whether these are the picture's last rows.
  ///   - fill: writes a row of the input, counted within this push; called for several rows at once.
  ///   - use: reads a row of the output, counted from the picture's top; called for several rows at once.
  package func push(
    rows: Int, isLast: Bool, fill: (Int, UnsafeMutablePointer<Int16>) -> Void,
    use: (Int, UnsafePointer<Int16>) -> Void
  ) {
    execution.divide(rows) { row, _ in fill(row, stages[0].slot(row)) }
    var count = rows
    for (index, stage) in stages.enumerated() {
      let next = index + 1 < stages.count ? stages[index + 1] : nil
      count = stage.push(count, isLast: isLast, level: level, on: execution) { row in
        next?.slot(row) ?? output.row(row)
      }
    }
    execution.divide(count) { row, _ in
      finalGain?.apply(
        output.row(row), pixels: output.columns, level: level, kernels: execution.kernels)
      use(given + row, output.row(row))
    }
    given += count
  }
}

extension StripStage.Operation {
  /// The operation of a layer. One that a (un)shuffle by 2 can be joined with takes it off the layers to come.
  init(_ layer: Layer, followedBy layers: inout ArraySlice<Layer>) {
    var unshuffles = false
    var layer = layer
    if case .unshuffle(2) = layer, case .pointwise? = layers.first {
      unshuffles = true
      layer = layers.removeFirst()
    }
    switch layer {
    case .pointwise(let pointwise):
      var shuffles = false
      // Kernels write 16 outputs at a time, and the first half of them goes to another row than the second.
      if case .shuffle(2)? = layers.first, pointwise.outputs % 32 == 0 {
        shuffles = true
        layers.removeFirst()
      }
      self = .pointwise(pointwise, unshuffles: unshuffles, shuffles: shuffles)
    case .block(let block): self = .block(block)
    case .unshuffle(let factor): self = .unshuffle(factor)
    case .shuffle(let factor): self = .shuffle(factor)
    case .gain: preconditionFailure("gains are taken before")
    }
  }

  /// The shape of the output for that of the input.
  func output(of columns: Int, _ channels: Int, rows: Int) -> (
    columns: Int, channels: Int, rows: Int
  ) {
    switch self {
    case .pointwise(let layer, let unshuffles, let shuffles):
      (
        columns / (unshuffles ? 2 : 1) * (shuffles ? 2 : 1), layer.outputs / (shuffles ? 4 : 1),
        rows
      )
    case .block: (columns, channels, rows)
    case .unshuffle(let factor): (columns / factor, channels * factor * factor, rows)
    case .shuffle(let factor): (columns * factor, channels / (factor * factor), rows)
    }
  }
}
