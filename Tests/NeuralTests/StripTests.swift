import TestSupport
import Testing

@testable import Neural

/// Running strip by strip gives what running over the whole gives.
@Suite struct StripTests {
  private func runInStrips(
    _ network: Network, _ input: borrowing Tensor, level: Int, stripRows: Int, threads: Int
  ) -> [[Int16]] {
    let rowCount = network.run(
      Tensor(rows: input.rows, columns: 16, channels: input.channels), on: Execution()
    ).rows
    let outputRow = outputRowCount(network, input)
    return [[Int16]](unsafeUninitializedCapacity: rowCount) { rows, initialized in
      // SAFETY: each row is given once.
      nonisolated(unsafe) let rows = rows.baseAddress!
      Execution(threads: threads).withWorkers { execution in
        let pipeline = StripPipeline(
          network.layers[...], level: level, input: (input.columns, input.channels),
          maximumRows: stripRows, on: execution)
        for first in stride(from: 0, to: input.rows, by: stripRows) {
          let count = min(stripRows, input.rows - first)
          pipeline.push(
            rows: count, isLast: first + count == input.rows,
            fill: { row, values in
              values.update(from: input.row(first + row), count: input.rowStride)
            },
            use: { row, values in
              (rows + row).initialize(
                to: Array(UnsafeBufferPointer(start: values, count: outputRow)))
            })
        }
      }
      initialized = rowCount
    }
  }

  private func outputRowCount(_ network: Network, _ input: borrowing Tensor) -> Int {
    let row = Tensor(rows: 16, columns: input.columns, channels: input.channels)
    return network.run(row, on: Execution()).rowStride
  }

  @Test(arguments: [1, 2, 3, 7, 16, 100], [(columns: 3, threads: 1), (columns: 101, threads: 3)])
  func synthesisInStrips(stripRows: Int, shape: (columns: Int, threads: Int)) {
    var random = SeededGenerator(seed: 12)
    let network = Network(layers: [
      .gain(random.gain(64)), .pointwise(random.pointwise(64, 64)), .block(random.block(64)),
      .pointwise(random.pointwise(64, 128)), .shuffle(ShuffleLayer(factor: 2)),
      .block(random.block(32)), .block(random.block(32)), .gain(random.gain(32)),
      .pointwise(random.pointwise(32, 192)), .shuffle(ShuffleLayer(factor: 8)),
    ])
    let input = random.tensor(rows: 20, columns: shape.columns, channels: 64, magnitude: 500)
    let strips = runInStrips(
      network, input, level: 2, stripRows: stripRows, threads: shape.threads)
    let whole = network.run(input, level: 2, on: Execution())
    #expect(strips.count == whole.rows)
    #expect(Array(strips.joined()) == Array(whole.values))
  }

  @Test(arguments: [1, 5, 16, 33, 400], [(columns: 32, threads: 1), (columns: 1616, threads: 3)])
  func analysisInStrips(stripRows: Int, shape: (columns: Int, threads: Int)) {
    var random = SeededGenerator(seed: 13)
    let network = Network(layers: [
      .unshuffle(UnshuffleLayer(factor: 8)), .pointwise(random.pointwise(192, 32)),
      .gain(random.gain(32)), .block(random.block(32)), .block(random.block(32)),
      .unshuffle(UnshuffleLayer(factor: 2)), .pointwise(random.pointwise(128, 64)),
    ])
    let input = random.tensor(rows: 320, columns: shape.columns, channels: 3, magnitude: 255)
    let strips = runInStrips(
      network, input, level: 1, stripRows: stripRows, threads: shape.threads)
    let whole = network.run(input, level: 1, on: Execution())
    #expect(strips.count == whole.rows)
    #expect(Array(strips.joined()) == Array(whole.values))
  }
}
