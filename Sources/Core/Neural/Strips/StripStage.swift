/// The rows that a stage takes.
struct StripInput {
  let columns: Int
  let channels: Int
  /// The largest number of rows that a push brings.
  let maximumRows: Int
  /// To be applied to rows when they come in.
  var gain: GainLayer?
  let level: Int
  let execution: Execution
}

/// One step of a ``StripPipeline``: takes rows as they come and gives rows as soon as it has what
/// they need. Each kind of layer has its own.
///
/// Rows wait in `input`, into which the stage before writes; nothing is allocated while rows flow.
class StripStage {
  /// Room for the rows that wait and those that a push brings.
  let input: Tensor
  /// What the stage gives.
  let output: (columns: Int, channels: Int, maximumRows: Int)
  /// The rows that wait from earlier pushes.
  private(set) var waiting = 0
  private let gain: GainLayer?
  private let level: Int

  /// - Parameter capacity: the most rows that are there at once: those that wait and those of a
  ///   push.
  init(
    _ input: StripInput, capacity: Int,
    output: (columns: Int, channels: Int, maximumRows: Int)
  ) {
    self.input = input.execution.tensor(
      rows: capacity, columns: input.columns, channels: input.channels)
    self.output = output
    gain = input.gain
    level = input.level
  }

  /// The values that the stage holds.
  var rowValues: Int { input.count }

  /// The channels of a row of scratch memory that each worker has.
  var workerChannels: Int { 0 }

  /// Where the stage before writes its next row.
  final func slot(_ row: Int) -> UnsafeMutablePointer<Int16> { input.row(waiting + row) }

  /// Takes the `count` rows that were written into the slots and gives as many as it can.
  ///
  /// - Parameter output: where the given row of the result goes.
  /// - Returns: the number of rows given.
  final func push(
    _ count: Int, isLast: Bool, on execution: Execution,
    output: (Int) -> UnsafeMutablePointer<Int16>
  ) -> Int {
    if let gain {
      execution.parallelFor(count) { row, _ in
        gain.scale(
          input.row(waiting + row), pixels: input.columns, level: level, execution.kernels)
      }
    }
    let held = waiting + count
    let (given, used) = run(held: held, isLast: isLast, on: execution, output)
    waiting = held - used
    if used > 0, waiting > 0 {
      input.base.update(from: input.row(used), count: waiting * input.rowStride)
    }
    return given
  }

  /// Does the work of a push.
  ///
  /// - Parameters:
  ///   - held: the rows of `input` that are there, ``waiting`` of which were there before.
  ///   - isLast: whether no more rows follow.
  /// - Returns: the rows given, and how many of those held are not needed any more.
  func run(
    held: Int, isLast: Bool, on execution: Execution,
    _ output: (Int) -> UnsafeMutablePointer<Int16>
  ) -> (given: Int, used: Int) {
    preconditionFailure("every stage has its own work")
  }
}
