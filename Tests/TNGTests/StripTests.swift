import Neural
import TNG
import Testing

/// Running strip by strip gives what running over the whole gives.
@Suite struct StripTests {
  private func filled(rows: Int, columns: Int, channels: Int) -> Tensor {
    let tensor = Tensor(rows: rows, columns: columns, channels: channels)
    for index in 0..<tensor.count { tensor.base[index] = Int16(index * 7919 % 511 - 255) }
    return tensor
  }

  private func runInStrips(
    _ network: Network, _ input: borrowing Tensor, level: Int, stripRows: Int, threads: Int
  ) -> [[Int16]] {
    let pipeline = StripPipeline(
      network.layers[...], level: level, input: (input.columns, input.channels),
      maximumRows: stripRows, on: Execution(threads: threads))
    var rows: [[Int16]] = []
    let outputRow = outputRowCount(network, input)
    for first in stride(from: 0, to: input.rows, by: stripRows) {
      let count = min(stripRows, input.rows - first)
      pipeline.push(
        rows: count, isLast: first + count == input.rows,
        fill: { row, values in
          values.update(from: input.row(first + row), count: input.rowStride)
        },
        use: { row, values in
          #expect(row == rows.count)
          rows.append(Array(UnsafeBufferPointer(start: values, count: outputRow)))
        })
    }
    return rows
  }

  private func outputRowCount(_ network: Network, _ input: borrowing Tensor) -> Int {
    let row = Tensor(rows: 16, columns: input.columns, channels: input.channels)
    return network.run(row, on: Execution()).rowStride
  }

  @Test(arguments: [1, 2, 3, 7, 16, 100])
  func synthesisInStrips(stripRows: Int) {
    let network = ModelLibrary.psnr.synthesis
    let input = filled(rows: 20, columns: 3, channels: 256)
    let strips = runInStrips(network, input, level: 40, stripRows: stripRows, threads: 1)
    let whole = network.run(input, level: 40, on: Execution())
    #expect(strips.count == whole.rows)
    #expect(Array(strips.joined()) == Array(whole.values))
  }

  @Test(arguments: [1, 5, 16, 33, 400])
  func analysisInStrips(stripRows: Int) {
    let network = ModelLibrary.psnr.analysis
    let input = filled(rows: 320, columns: 32, channels: 3)
    let strips = runInStrips(network, input, level: 20, stripRows: stripRows, threads: 1)
    let whole = network.run(input, level: 20, on: Execution())
    #expect(strips.count == whole.rows)
    #expect(Array(strips.joined()) == Array(whole.values))
  }
}
