package import Models
package import Neural
package import Pixels

/// Latents to pixels, strip by strip: of the picture, or of one made smaller.
package struct Synthesis: Sendable {
  /// The pixels of the picture on a side of the square that a pixel of the result stands for.
  let reduction: Int
  /// The distance in latents up to which a pixel depends on latents around it.
  let halo: Int
  /// All but the division into pixels.
  private let layers: ArraySlice<Layer>
  private let squares: Squares
  private let execution: Execution
  private let latentChannels: Int
  private let interruption: Interruption?

  /// Rows of latents in a strip: few enough to stay in cache, enough to share among threads.
  private static let stripRows = 8

  /// The synthesis of a picture at 1/`reduction`, or at the next larger size that the model has.
  package init(
    model: Model, reduction: Int = 1, execution: Execution, interruption: Interruption? = nil
  ) {
    if let reduced = model.reducedSynthesis(reduction) {
      self.reduction = reduced.reduction
      layers = reduced.network.layers[...]
      squares = Squares(side: reduced.square, stride: reduced.channels)
      halo = reduced.network.halo
    } else {
      self.reduction = 1
      layers = model.synthesis.layers.dropLast()
      let side = model.synthesis.exitSquare
      squares = Squares(side: side, stride: 3 * side * side)
      halo = model.halo
    }
    self.interruption = interruption
    latentChannels = model.latentChannels
    self.execution = execution
  }

  private func pipeline(columns: Int, rows: Int, level: Int) -> StripPipeline {
    StripPipeline(
      layers, level: level, input: (columns, latentChannels),
      maximumRows: min(Self.stripRows, rows), on: execution)
  }

  /// The memory of the strips, in bytes: for each column of latents, and for each worker. `rows` is
  /// that of the latents.
  func memory(rows: Int) -> (column: Int, worker: Int) {
    let pipeline = pipeline(columns: 1, rows: rows, level: 0)
    return (pipeline.rowMemory, pipeline.workerMemory)
  }

  /// Writes the picture of decoded latents: clamped to 0 … 255, and cropped.
  ///
  /// - Parameters:
  ///   - isGray: whether the three colours are made one.
  ///   - fillsAlpha: whether to make the picture opaque; otherwise alpha is left as it is.
  ///   - origin: where the sink's first pixel is in the picture of these latents.
  package func write(
    _ latents: borrowing Tensor, level: Int, isGray: Bool, fillsAlpha: Bool, to sink: PixelSink,
    origin: (row: Int, column: Int) = (0, 0)
  ) throws(CodecError) {
    let pipeline = pipeline(columns: latents.columns, rows: latents.rows, level: level)
    let writer = SquareWriter(
      sink: sink, origin: origin, squares: squares, isGray: isGray, fillsAlpha: fillsAlpha)
    for first in stride(from: 0, to: latents.rows, by: Self.stripRows) {
      try interruption?.checkCancellation()
      let rows = min(Self.stripRows, latents.rows - first)
      // SAFETY: each row of squares is written by one call.
      pipeline.push(
        rows: rows, isLast: first + rows == latents.rows,
        fill: { row, values in
          values.update(from: latents.row(first + row), count: latents.rowStride)
        },
        use: { row, values in writer.write(row, values) })
    }
  }
}

/// The squares of pixels that the positions of the last layer's output stand for.
private struct Squares {
  /// The pixels on a side.
  let side: Int
  /// The values from a square to the next. The first are its rows, in them its columns, in them red,
  /// green, blue.
  let stride: Int
}

/// Writes squares to where their pixels belong.
private struct SquareWriter {
  let sink: PixelSink
  /// Where the sink's first pixel is.
  let origin: (row: Int, column: Int)
  let squares: Squares
  let isGray: Bool
  let fillsAlpha: Bool

  /// Writes a row of squares.
  func write(_ row: Int, _ values: UnsafePointer<Int16>) {
    let (side, channels) = (squares.side, sink.format.channels)
    let top = row * side - origin.row
    // The columns of the first square that are left of the sink.
    let (first, skipped) = origin.column.quotientAndRemainder(dividingBy: side)
    let bottom = min(top + side, sink.height)
    guard top < bottom, bottom > 0 else { return }
    for line in max(top, 0)..<bottom {
      var from = values + first * squares.stride + (line - top) * side * 3
      var to = sink.row(line)
      for left in stride(from: -skipped, to: sink.width, by: side) {
        let hidden = max(-left, 0)
        let columns = min(side, sink.width - left) - hidden
        writeColors(from + 3 * hidden, to, columns)
        from += squares.stride
        to += columns * channels
      }
      if fillsAlpha, sink.format.hasAlpha { fillAlpha(line) }
    }
  }

  @inline(__always)
  private func writeColors(
    _ from: UnsafePointer<Int16>, _ to: UnsafeMutablePointer<UInt8>, _ columns: Int
  ) {
    let channels = sink.format.channels
    guard !isGray else {
      for column in 0..<columns {
        let sum = (0..<3).reduce(1) { $0 + Int(clamp(from[3 * column + $1])) }
        let gray = UInt8(sum / 3)
        to[channels * column] = gray
        if channels > 2 { (to[channels * column + 1], to[channels * column + 2]) = (gray, gray) }
      }
      return
    }
    if channels == 3 {
      for index in 0..<3 * columns { to[index] = clamp(from[index]) }
    } else {
      for column in 0..<columns {
        for color in 0..<3 { to[4 * column + color] = clamp(from[3 * column + color]) }
      }
    }
  }

  private func fillAlpha(_ line: Int) {
    let channels = sink.format.channels
    let last = sink.row(line) + channels - 1
    for column in 0..<sink.width { last[column * channels] = 255 }
  }
}

@inline(__always)
private func clamp(_ value: Int16) -> UInt8 { UInt8(truncatingIfNeeded: min(max(value, 0), 255)) }
