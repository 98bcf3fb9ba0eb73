/// Rearranges positions and channels: Format.md, section 5.
enum Shuffle {
  /// n×n neighbouring positions become one, with n·n times the channels, in the order (row, column, channel).
  static func unshuffle(_ input: borrowing Tensor, factor n: Int, on execution: Execution) -> Tensor
  {
    let output = execution.tensor(
      rows: input.rows / n, columns: input.columns / n, channels: input.channels * n * n)
    execution.divide(output.rows) { row, _ in
      unshuffle(input, factor: n, to: row, output.row(row))
    }
    return output
  }

  /// A row of the output of ``unshuffle(_:factor:on:)``.
  static func unshuffle(
    _ input: borrowing Tensor, factor n: Int, to row: Int, _ output: UnsafeMutablePointer<Int16>
  ) {
    let run = n * input.channels
    for dy in 0..<n {
      let from = input.row(row * n + dy)
      for column in 0..<input.columns / n {
        (output + (column * n + dy) * run).update(from: from + column * run, count: run)
      }
    }
  }

  /// The inverse of ``unshuffle(_:factor:on:)``.
  static func shuffle(_ input: borrowing Tensor, factor n: Int, on execution: Execution) -> Tensor {
    let output = execution.tensor(
      rows: input.rows * n, columns: input.columns * n, channels: input.channels / (n * n))
    execution.divide(input.rows) { row, _ in
      shuffle(input, factor: n, from: row) { output.row($0) }
    }
    return output
  }

  /// The rows of the output of ``shuffle(_:factor:on:)`` that a row of the input becomes; `output` tells where each goes.
  static func shuffle(
    _ input: borrowing Tensor, factor n: Int, from row: Int,
    to output: (Int) -> UnsafeMutablePointer<Int16>
  ) {
    let run = input.channels / n
    for dy in 0..<n {
      let to = output(row * n + dy)
      for column in 0..<input.columns {
        (to + column * run).update(from: input.position(row, column) + dy * run, count: run)
      }
    }
  }
}
