package import Models
package import Neural
package import Pixels

/// Pixels to latents, strip by strip.
package struct Analysis: Sendable {
  private let network: Network
  private let execution: Execution
  /// The first layer joins squares of this side.
  private let square: Int
  private let geometry: LatentGeometry
  private let latentChannels: Int

  /// Rows of squares in a strip: few enough to stay in cache, enough to share among threads.
  private static let stripRows = 16

  package init(model: Model, execution: Execution) {
    network = model.analysis
    square = model.analysis.entrySquare
    geometry = model.geometry
    latentChannels = model.latentChannels
    self.execution = execution
  }

  private func pipeline(columns: Int, rows: Int, level: Int) -> StripPipeline {
    StripPipeline(
      network.layers.dropFirst(), level: level, input: (columns, 3 * square * square),
      maximumRows: min(Self.stripRows, rows), on: execution)
  }

  /// The memory of the strips, in bytes: for each column of latents, and for each worker. `rows` is
  /// that of the latents.
  func memory(rows: Int) -> (column: Int, worker: Int) {
    let squares = geometry.latentReduction / square
    let pipeline = pipeline(columns: squares, rows: rows * squares, level: 0)
    return (pipeline.rowMemory, pipeline.workerMemory)
  }

  /// The latents of a picture at a quality level: ⌈height / r⌉ × ⌈width / r⌉ × M, where a latent
  /// position stands for r×r samples.
  ///
  /// Samples enter as 2·p − 255, grey as three equal colours, the last row and column repeated up
  /// to a multiple of r.
  package func latents(of pixels: PixelBuffer, level: Int) -> Tensor {
    let latents = execution.tensor(
      rows: geometry.latents(covering: pixels.height),
      columns: geometry.latents(covering: pixels.width),
      channels: latentChannels)
    let rows = latents.rows * geometry.latentReduction / square
    let columns = latents.columns * geometry.latentReduction / square
    let pipeline = pipeline(columns: columns, rows: rows, level: level)
    for first in stride(from: 0, to: rows, by: Self.stripRows) {
      let count = min(Self.stripRows, rows - first)
      pipeline.push(
        rows: count, isLast: first + count == rows,
        fill: { row, squares in
          pixels.writeSquares(row: first + row, side: square, count: columns, to: squares)
        },
        use: { row, values in
          latents.row(row).update(from: values, count: latents.rowStride)
        })
    }
    return latents
  }
}

extension PixelBuffer {
  /// Writes a row of squares as the first layer of the analysis gives them: for each square its
  /// rows, in them its columns, in them red, green, blue.
  fileprivate func writeSquares(
    row: Int, side: Int, count: Int, to squares: UnsafeMutablePointer<Int16>
  ) {
    let channels = format.channels
    let (green, blue) = format.isGray ? (0, 0) : (1, 2)
    samples.withUnsafeBufferPointer { samples in
      for line in 0..<side {
        let start = min(row * side + line, height - 1) * width
        var to = squares + line * side * 3
        for square in 0..<count {
          for column in 0..<side {
            let pixel = (start + min(square * side + column, width - 1)) * channels
            to[3 * column] = 2 * Int16(samples[pixel]) - 255
            to[3 * column + 1] = 2 * Int16(samples[pixel + green]) - 255
            to[3 * column + 2] = 2 * Int16(samples[pixel + blue]) - 255
          }
          to += side * side * 3
        }
      }
    }
  }
}
