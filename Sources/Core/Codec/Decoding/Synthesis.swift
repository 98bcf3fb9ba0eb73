package import Neural
package import Pixels

/// Latents to pixels, strip by strip.
package struct Synthesis: Sendable {
  private let network: Network
  private let execution: Execution
  /// The last layer divides into squares of this side.
  private let square: Int
  private let latentChannels: Int

  /// Rows of latents in a strip: few enough to stay in cache, enough to share among threads.
  private static let stripRows = 8

  package init(model: Model, execution: Execution) {
    network = model.synthesis
    square = model.synthesis.exitSquare
    latentChannels = model.latentChannels
    self.execution = execution
  }

  private func pipeline(columns: Int, rows: Int, level: Int) -> StripPipeline {
    StripPipeline(
      network.layers.dropLast(), level: level, input: (columns, latentChannels),
      maximumRows: min(Self.stripRows, rows), on: execution)
  }

  /// The memory of the strips, in bytes: for each column of latents, and for each worker. `rows` is that of the latents.
  func memory(rows: Int) -> (column: Int, worker: Int) {
    let pipeline = pipeline(columns: 1, rows: rows, level: 0)
    return (pipeline.rowMemory, pipeline.workerMemory)
  }

  /// The picture of decoded latents: clamped to 0 … 255, cropped, with an alpha plane if there is one.
  package func pixels(
    of latents: borrowing Tensor, level: Int, width: Int, height: Int, format: PixelFormat,
    alpha: [UInt8]?
  ) -> PixelBuffer {
    let pipeline = pipeline(columns: latents.columns, rows: latents.rows, level: level)
    let count = width * height * format.channels
    let samples = [UInt8](unsafeUninitializedCapacity: count) { samples, initialized in
      // SAFETY: each row of squares is written by one call; all of them together are all samples.
      let picture = SquareWriter(
        samples: samples.baseAddress!, width: width, height: height, format: format, side: square,
        alpha: alpha)
      for first in stride(from: 0, to: latents.rows, by: Self.stripRows) {
        let rows = min(Self.stripRows, latents.rows - first)
        pipeline.push(
          rows: rows, isLast: first + rows == latents.rows,
          fill: { row, values in
            values.update(from: latents.row(first + row), count: latents.rowStride)
          },
          use: { row, squares in picture.write(row, squares) })
      }
      initialized = count
    }
    return PixelBuffer(width: width, height: height, format: format, samples: samples)
  }
}

/// Writes the squares that the last layer of the synthesis would divide into.
private struct SquareWriter {
  let samples: UnsafeMutablePointer<UInt8>
  let width: Int
  let height: Int
  let format: PixelFormat
  let side: Int
  let alpha: [UInt8]?

  /// Writes a row of squares: of each, its rows, in them its columns, in them red, green, blue.
  func write(_ row: Int, _ squares: UnsafePointer<Int16>) {
    let lines = min(row * side, height)..<min((row + 1) * side, height)
    for line in lines {
      var from = squares + (line - row * side) * side * 3
      var to = samples + line * width * format.channels
      for left in stride(from: 0, to: width, by: side) {
        let columns = min(side, width - left)
        writeColors(from, to, columns)
        from += side * side * 3
        to += columns * format.channels
      }
      if format.hasAlpha { writeAlpha(line) }
    }
  }

  @inline(__always)
  private func writeColors(
    _ from: UnsafePointer<Int16>, _ to: UnsafeMutablePointer<UInt8>, _ columns: Int
  ) {
    switch format {
    case .rgb:
      for index in 0..<3 * columns { to[index] = clamp(from[index]) }
    case .rgba:
      for column in 0..<columns {
        for color in 0..<3 { to[4 * column + color] = clamp(from[3 * column + color]) }
      }
    case .gray, .grayAlpha:
      for column in 0..<columns {
        let sum = (0..<3).reduce(1) { $0 + Int(clamp(from[3 * column + $1])) }
        to[format.channels * column] = UInt8(sum / 3)
      }
    }
  }

  private func writeAlpha(_ line: Int) {
    let channels = format.channels
    let last = samples + line * width * channels + channels - 1
    for column in 0..<width { last[column * channels] = alpha?[line * width + column] ?? 255 }
  }
}

@inline(__always)
private func clamp(_ value: Int16) -> UInt8 { UInt8(truncatingIfNeeded: min(max(value, 0), 255)) }
