package import Container
import EntropyCoding
package import Neural
package import Pixels

/// The alpha samples of a picture: Format.md, section 7. A tile that has no stream is opaque.
package struct AlphaLayer: TileLayer {
  private let grid: TileGrid
  private let interruption: Interruption?

  package init(grid: TileGrid, interruption: Interruption? = nil) {
    self.grid = grid
    self.interruption = interruption
  }

  package var kind: LayerKind { .alpha }
  package var allowsEmptyTiles: Bool { true }

  package func leastBytes(of tile: Int) -> UInt64 { UInt64(StreamDecoder.minimumSize) }

  /// The memory that a tile takes while it is coded, in bytes for each sample: the sample, and its
  /// decisions at most, which are whether it was predicted, its sign, and an Exp-Golomb code.
  static let memoryPerSample = 1 + StreamEncoder.memory(operations: 2 + 8 + 7)

  /// The streams of the tiles of a picture with alpha, empty for those that are opaque; nil if all are.
  ///
  /// ``decode(_:tile:in:to:allowsPartial:)`` is the inverse.
  package func encode(_ pixels: PixelBuffer, on execution: Execution) -> [[UInt8]]? {
    let streams = execution.map(grid.count) { tile, _ -> [UInt8] in
      let (rows, columns) = grid.tile(tile)
      var samples = pixels.alpha(rows: rows, columns: columns)
      guard samples.contains(where: { $0 != 255 }) else { return [] }
      var coding = AlphaCoding()
      var stream = StreamEncoder()
      _ = coding.run(&samples, width: columns.count, with: &stream)
      return stream.finish()
    }
    return streams.contains { !$0.isEmpty } ? streams : nil
  }

  /// Reads a tile into the alpha of a sink. Where nothing has arrived, it is 255.
  func decode(
    _ stream: Range<Int>?, tile: Int, in bytes: [UInt8], to sink: PixelSink, allowsPartial: Bool
  ) throws(TileError) {
    let deadline = TileDeadline(interruption)
    let (rows, columns) = grid.tile(tile)
    var samples = [UInt8](repeating: 255, count: rows.count * columns.count)
    if let stream {
      do throws(StreamError) {
        try read(stream, bytes, width: columns.count, allowsPartial: allowsPartial, &samples)
      } catch {
        throw .stream(error)
      }
    }
    try deadline.check()
    sink.writeAlpha(samples, rows: rows, columns: columns)
  }

  private func read(
    _ range: Range<Int>, _ bytes: [UInt8], width: Int, allowsPartial: Bool,
    _ samples: inout [UInt8]
  ) throws(StreamError) {
    var stream = try StreamDecoder(bytes, range: range)
    var coding = AlphaCoding()
    let isSound = coding.run(&samples, width: width, with: &stream)
    guard !allowsPartial else { return }
    guard isSound else { throw .escapeTooLong }
    try stream.finish()
  }
}

extension PixelBuffer {
  /// The alpha samples of an area, row after row.
  fileprivate func alpha(rows: Range<Int>, columns: Range<Int>) -> [UInt8] {
    let step = format.channels
    return rows.flatMap { row in
      columns.map { samples[(row * width + $0) * step + step - 1] }
    }
  }
}

extension PixelSink {
  /// Writes the alpha samples of an area, row after row, if pixels have alpha here.
  fileprivate func writeAlpha(_ samples: [UInt8], rows: Range<Int>, columns: Range<Int>) {
    guard format.hasAlpha else { return }
    let step = format.channels
    for (line, row) in rows.enumerated() {
      let to = self.row(row) + columns.lowerBound * step + step - 1
      for column in 0..<columns.count { to[column * step] = samples[line * columns.count + column] }
    }
  }
}
