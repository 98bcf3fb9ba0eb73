import CNeuralKernels

/// One step of a ``StripPipeline``: takes rows as they come and gives rows as soon as it has what they need.
///
/// Rows wait in `input`, into which the stage before writes; nothing is allocated while rows flow.
final class StripStage {
  enum Operation {
    /// A pointwise convolution, which may read 2×2 positions as one (unshuffle) and write one as 2×2 (shuffle).
    case pointwise(PointwiseLayer, unshuffles: Bool, shuffles: Bool)
    case block(BlockLayer)
    case unshuffle(Int)
    case shuffle(Int)
  }

  let operation: Operation
  /// Applied to rows when they come in.
  let gain: GainLayer?
  /// Room for the rows that wait and those that a push brings.
  let input: Tensor
  /// For a block, leaky(a(x)): row 0 belongs to the row above the first that waits.
  let mixed: Tensor
  /// For a block, memory for each worker.
  let scratch: Tensor
  /// The largest number of rows that a push gives.
  let maximumOutput: Int
  private var waiting = 0
  private var isAtTop = true

  /// - Parameter maximumInput: the largest number of rows that a push brings.
  init(
    _ operation: Operation, gain: GainLayer?, columns: Int, channels: Int, maximumInput: Int,
    on execution: Execution
  ) {
    self.operation = operation
    self.gain = gain
    var mixedRows = 0
    let capacity: Int
    switch operation {
    case .pointwise(_, let unshuffles, let shuffles):
      capacity = maximumInput + (unshuffles ? 1 : 0)
      maximumOutput = capacity * (shuffles ? 2 : 1) / (unshuffles ? 2 : 1)
      scratch = execution.tensor(rows: 0, columns: 0, channels: 0)
    case .block(let layer):
      capacity = maximumInput + 1
      maximumOutput = capacity
      mixedRows = capacity + 2
      scratch = layer.scratch(columns: columns, on: execution)
    case .unshuffle(let factor):
      capacity = maximumInput + factor - 1
      maximumOutput = capacity / factor
      scratch = execution.tensor(rows: 0, columns: 0, channels: 0)
    case .shuffle(let factor):
      capacity = maximumInput
      maximumOutput = capacity * factor
      scratch = execution.tensor(rows: 0, columns: 0, channels: 0)
    }
    input = execution.tensor(rows: capacity, columns: columns, channels: channels)
    mixed = execution.tensor(rows: mixedRows, columns: columns, channels: channels)
  }

  /// Where the stage before writes its next row.
  func slot(_ row: Int) -> UnsafeMutablePointer<Int16> { input.row(waiting + row) }

  /// Takes the `count` rows that were written into the slots and gives as many as it can.
  ///
  /// - Parameter output: where the given row of the result goes.
  /// - Returns: the number of rows given.
  func push(
    _ count: Int, isLast: Bool, level: Int, on execution: Execution,
    output: (Int) -> UnsafeMutablePointer<Int16>
  ) -> Int {
    apply(gain, to: waiting..<waiting + count, level: level, on: execution)
    let held = waiting + count
    switch operation {
    case .pointwise(let layer, let unshuffles, let shuffles):
      let rows = unshuffles ? held / 2 : held
      let columns = unshuffles ? input.columns / 2 : input.columns
      execution.divide(rows: rows, columns: columns) { row, columns, _ in
        run(
          layer, row, columns, unshuffles: unshuffles, shuffles: shuffles, execution.kernels, output
        )
      }
      keep(from: unshuffles ? 2 * rows : rows, of: held)
      return shuffles ? 2 * rows : rows
    case .block(let layer):
      return push(through: layer, held: held, isLast: isLast, on: execution, output)
    case .unshuffle(let factor):
      let rows = held / factor
      execution.divide(rows) { row, _ in
        Shuffle.unshuffle(input, factor: factor, to: row, output(row))
      }
      keep(from: rows * factor, of: held)
      return rows
    case .shuffle(let factor):
      execution.divide(held) { row, _ in
        Shuffle.shuffle(input, factor: factor, from: row, to: output)
      }
      keep(from: held, of: held)
      return held * factor
    }
  }

  private func apply(_ gain: GainLayer?, to rows: Range<Int>, level: Int, on execution: Execution) {
    guard let gain else { return }
    execution.divide(rows.count) { row, _ in
      gain.apply(
        input.row(rows.lowerBound + row), pixels: input.columns, level: level,
        kernels: execution.kernels)
    }
  }

  /// Moves the rows that still wait to the front.
  private func keep(from first: Int, of held: Int) {
    waiting = held - first
    if first > 0, waiting > 0 {
      input.base.update(from: input.row(first), count: waiting * input.rowStride)
    }
  }
}

// MARK: Pointwise

extension StripStage {
  private func run(
    _ layer: PointwiseLayer, _ row: Int, _ columns: Range<Int>, unshuffles: Bool, shuffles: Bool,
    _ kernels: Kernels, _ output: (Int) -> UnsafeMutablePointer<Int16>
  ) {
    let outputs = shuffles ? layer.outputs / 2 : layer.outputs
    let channels = unshuffles ? 2 * input.channels : input.channels
    let (from, to) = (columns.lowerBound * channels, columns.lowerBound * outputs)
    var task = tng_pointwise_row(
      source: input.row(unshuffles ? 2 * row : row) + from, channels: channels,
      pixels: columns.count, output: output(shuffles ? 2 * row : row) + to, outputs: outputs)
    if unshuffles {
      task.sources.1 = task.sources.0
      task.sources.1.values = UnsafePointer(input.row(2 * row + 1) + from)
    }
    withUnsafePointer(to: layer.parameters) { layer in
      kernels.table.pointee.pointwise(layer, &task)
      guard shuffles else { return }
      task.first_output = Int32(outputs)
      task.output = output(2 * row + 1) + to
      kernels.table.pointee.pointwise(layer, &task)
    }
  }
}

// MARK: Blocks

extension StripStage {
  /// A row leaves the block when the row below it is there, or when there is none.
  private func push(
    through layer: BlockLayer, held: Int, isLast: Bool, on execution: Execution,
    _ output: (Int) -> UnsafeMutablePointer<Int16>
  ) -> Int {
    execution.divide(rows: held - waiting, columns: input.columns) { row, columns, _ in
      layer.mix(
        input.row(waiting + row), to: mixed.row(waiting + row + 1), columns: columns,
        execution.kernels)
    }
    let given = isLast ? held : max(held - 1, 0)
    execution.divide(rows: given, columns: input.columns) { row, columns, worker in
      let window = (
        above: row == 0 && isAtTop ? nil : mixed.row(row), at: mixed.row(row + 1),
        below: row + 1 == held ? nil : mixed.row(row + 2), columns: input.columns
      )
      layer.finish(
        input.row(row), window, to: output(row), columns: columns, scratch: scratch.row(worker),
        execution.kernels)
    }
    if given > 0 {
      isAtTop = false
      mixed.base.update(from: mixed.row(given), count: (held - given + 1) * mixed.rowStride)
    }
    keep(from: given, of: held)
    return given
  }
}
