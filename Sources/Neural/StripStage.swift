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
  /// The largest number of rows that a push gives.
  let maximumOutput: Int
  private var waiting = 0
  private var isAtTop = true

  /// - Parameter maximumInput: the largest number of rows that a push brings.
  init(
    _ operation: Operation, gain: GainLayer?, columns: Int, channels: Int, maximumInput: Int
  ) {
    self.operation = operation
    self.gain = gain
    var mixedShape = (rows: 0, channels: 0)
    let capacity: Int
    switch operation {
    case .pointwise(_, let unshuffles, let shuffles):
      capacity = maximumInput + (unshuffles ? 1 : 0)
      maximumOutput = capacity * (shuffles ? 2 : 1) / (unshuffles ? 2 : 1)
    case .block:
      capacity = maximumInput + 1
      maximumOutput = capacity
      mixedShape = (capacity + 2, channels)
    case .unshuffle(let factor):
      capacity = maximumInput + factor - 1
      maximumOutput = capacity / factor
    case .shuffle(let factor):
      capacity = maximumInput
      maximumOutput = capacity * factor
    }
    input = Tensor(rows: capacity, columns: columns, channels: channels)
    mixed = Tensor(rows: mixedShape.rows, columns: columns, channels: mixedShape.channels)
  }

  /// The channels of a row that each thread needs to itself.
  var scratchChannels: Int {
    if case .block(let block) = operation { block.scratchChannels } else { 0 }
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
      execution.divide(rows) { part in
        for row in part {
          run(layer, row, unshuffles: unshuffles, shuffles: shuffles, execution.kernels, output)
        }
      }
      keep(from: unshuffles ? 2 * rows : rows, of: held)
      return shuffles ? 2 * rows : rows
    case .block(let layer):
      return push(through: layer, held: held, isLast: isLast, on: execution, output)
    case .unshuffle(let factor):
      let rows = held / factor
      execution.divide(rows) { part in
        for row in part { unshuffle(row, factor, to: output(row)) }
      }
      keep(from: rows * factor, of: held)
      return rows
    case .shuffle(let factor):
      execution.divide(held) { part in
        for row in part { shuffle(row, factor, output) }
      }
      keep(from: held, of: held)
      return held * factor
    }
  }

  private func apply(_ gain: GainLayer?, to rows: Range<Int>, level: Int, on execution: Execution) {
    guard let gain else { return }
    execution.divide(rows.count) { part in
      for row in part {
        gain.apply(
          input.row(rows.lowerBound + row), pixels: input.columns, level: level,
          kernels: execution.kernels)
      }
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
    _ layer: PointwiseLayer, _ row: Int, unshuffles: Bool, shuffles: Bool, _ kernels: Kernels,
    _ output: (Int) -> UnsafeMutablePointer<Int16>
  ) {
    let outputs = shuffles ? layer.outputs / 2 : layer.outputs
    var task = tng_pointwise_row(
      source: input.row(unshuffles ? 2 * row : row),
      channels: unshuffles ? 2 * input.channels : input.channels,
      pixels: unshuffles ? input.columns / 2 : input.columns,
      output: output(shuffles ? 2 * row : row), outputs: outputs)
    if unshuffles {
      task.sources.1 = task.sources.0
      task.sources.1.values = UnsafePointer(input.row(2 * row + 1))
    }
    withUnsafePointer(to: layer.parameters) { layer in
      kernels.table.pointee.pointwise(layer, &task)
      guard shuffles else { return }
      task.first_output = Int32(outputs)
      task.output = output(2 * row + 1)
      kernels.table.pointee.pointwise(layer, &task)
    }
  }
}

// MARK: Shuffles

extension StripStage {
  private func unshuffle(_ row: Int, _ factor: Int, to output: UnsafeMutablePointer<Int16>) {
    let run = factor * input.channels
    for dy in 0..<factor {
      let from = input.row(row * factor + dy)
      for column in 0..<input.columns / factor {
        (output + (column * factor + dy) * run).update(from: from + column * run, count: run)
      }
    }
  }

  private func shuffle(
    _ row: Int, _ factor: Int, _ output: (Int) -> UnsafeMutablePointer<Int16>
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

// MARK: Blocks

extension StripStage {
  /// A row leaves the block when the row below it is there, or when there is none.
  private func push(
    through layer: BlockLayer, held: Int, isLast: Bool, on execution: Execution,
    _ output: (Int) -> UnsafeMutablePointer<Int16>
  ) -> Int {
    execution.divide(held - waiting) { part in
      for row in part {
        layer.mix(
          input.row(waiting + row), to: mixed.row(waiting + row + 1), pixels: input.columns,
          execution.kernels)
      }
    }
    let given = isLast ? held : max(held - 1, 0)
    execution.divide(given) { part in
      let scratch = Tensor(rows: 1, columns: input.columns, channels: layer.scratchChannels)
      for row in part {
        let window = (
          above: row == 0 && isAtTop ? nil : mixed.row(row), at: mixed.row(row + 1),
          below: row + 1 == held ? nil : mixed.row(row + 2)
        )
        layer.finish(
          input.row(row), window, to: output(row), scratch: scratch.base, pixels: input.columns,
          execution.kernels)
      }
    }
    if given > 0 {
      isAtTop = false
      mixed.base.update(from: mixed.row(given), count: (held - given + 1) * mixed.rowStride)
    }
    keep(from: given, of: held)
    return given
  }
}
