/// Rearranges positions and channels: Format.md, section 5.
enum Shuffle {
  /// n×n neighbouring positions become one, with n·n times the channels, in the order (row, column, channel).
  static func unshuffle(_ input: borrowing Tensor, factor n: Int, on execution: Execution) -> Tensor
  {
    let output = execution.tensor(
      rows: input.rows / n, columns: input.columns / n, channels: input.channels * n * n)
    let run = n * input.channels
    execution.divide(output.rows) { i, _ in
      for dy in 0..<n {
        var from = input.row(i * n + dy)
        var to = output.row(i) + dy * run
        for _ in 0..<output.columns {
          to.update(from: from, count: run)
          from += run
          to += output.channels
        }
      }
    }
    return output
  }

  /// The inverse of ``unshuffle(_:factor:on:)``.
  static func shuffle(_ input: borrowing Tensor, factor n: Int, on execution: Execution) -> Tensor {
    let output = execution.tensor(
      rows: input.rows * n, columns: input.columns * n, channels: input.channels / (n * n))
    let run = n * output.channels
    execution.divide(input.rows) { i, _ in
      for dy in 0..<n {
        var from = input.row(i) + dy * run
        var to = output.row(i * n + dy)
        for _ in 0..<input.columns {
          to.update(from: from, count: run)
          from += input.channels
          to += run
        }
      }
    }
    return output
  }
}
