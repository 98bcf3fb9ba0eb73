import Bytes
package import Container
import EntropyCoding
import ExactCoding
package import Neural
package import Pixels

/// Samples that are kept as they are: Format.md, section 7. Either the alpha of a picture, or its
/// colours.
package struct ExactLayer: TileLayer {
  package let kind: LayerKind
  private let grid: TileGrid
  /// Samples of a pixel that belong to the layer.
  let planes: Int
  /// Bits of a sample.
  let depth: Int
  private let interruption: Interruption?

  /// The layer of a picture's alpha. A tile that has no stream is opaque.
  package static func alpha(
    of canvas: FileHeader, interruption: Interruption? = nil
  ) -> ExactLayer {
    ExactLayer(
      kind: .alpha, grid: canvas.grid, planes: 1, depth: canvas.depth, interruption: interruption)
  }

  /// The layer of a picture's colours. A tile that has no stream is left to the latents.
  package static func colors(
    of canvas: FileHeader, interruption: Interruption? = nil
  ) -> ExactLayer {
    ExactLayer(
      kind: .exact, grid: canvas.grid, planes: canvas.isGray ? 1 : 3, depth: canvas.depth,
      interruption: interruption)
  }

  var tileCount: Int { grid.count }

  var leastUsefulBytes: Int { 1 }

  // Behind the damage all samples would be noise, and nothing tells where that is.
  var showsDamaged: Bool { false }

  package func allowsEmpty(_ tile: Int) -> Bool { true }

  package func leastBytes(of tile: Int) -> UInt64 { UInt64(ExactStream.leastBytes) }

  /// The most memory that a tile takes while it is coded, in bytes.
  var tileMemory: Int {
    let (width, height) = (
      min(grid.width, TileGrid.tileSide), min(grid.height, TileGrid.tileSide)
    )
    let shape = ExactTileShape(width: width, height: height, planes: planes, depth: depth)
    // The samples, a copy while they are changed, and a stream that noise makes longer than them.
    return shape.workingMemory + (2 * MemoryLayout<UInt16>.stride + 2) * shape.sampleCount + 1 << 12
  }

  /// The streams of the tiles of a picture; of alpha, empty for those that are opaque.
  ///
  /// ``decode(_:tile:in:to:allowsPartial:)`` is the inverse.
  ///
  /// - Throws: ``CodecError/cancelled``.
  package func encode(
    _ pixels: PixelBuffer, on execution: Execution
  ) throws(CodecError) -> [[UInt8]] {
    let opaque = UInt16(1 << depth - 1)
    let streams = execution.map(grid.count) { tile, _ -> [UInt8] in
      guard interruption?.isCancelled() != true else { return [] }
      let (rows, columns) = grid.tile(tile)
      let samples = pixels.samples(rows: rows, columns: columns, planes: planeRange(pixels.format))
      if kind == .alpha, samples.allSatisfy({ $0 == opaque }) { return [] }
      return ExactStream.encode(
        ExactTile(
          shape: ExactTileShape(
            width: columns.count, height: rows.count, planes: planes, depth: depth),
          samples: samples))
    }
    try interruption?.checkCancellation()
    return streams
  }

  /// Reads a tile.
  func decode(
    _ stream: Range<Int>, tile: Int, in bytes: [UInt8], allowsPartial: Bool
  ) throws(TileError) -> ExactSamples {
    let deadline = TileDeadline(interruption)
    let (rows, columns) = grid.tile(tile)
    let decoded: ExactStream.Decoded
    do throws(StreamError) {
      decoded = try ExactStream.decode(
        bytes, stream, width: columns.count, height: rows.count, planes: planes, depth: depth,
        allowsPartial: allowsPartial)
    } catch {
      throw .stream(error)
    }
    try deadline.check()
    return ExactSamples(decoded, rows: rows, columns: columns)
  }

  /// Which of a format's samples of a pixel belong to the layer.
  func planeRange(_ format: PixelFormat) -> Range<Int> {
    let colors = format.isGray ? 1 : 3
    return kind == .alpha ? colors..<colors + 1 : 0..<colors
  }
}

extension PixelBuffer {
  /// Some planes of an area, the samples of a pixel side by side, row after row.
  fileprivate func samples(
    rows: Range<Int>, columns: Range<Int>, planes: Range<Int>
  ) -> [UInt16] {
    bytes.withUnsafeBytes { bytes in
      depth > 8
        ? gather(rows: rows, columns: columns, planes: planes) {
          bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self)
        }
        : gather(rows: rows, columns: columns, planes: planes) { UInt16(bytes[$0]) }
    }
  }

  @inline(__always)
  private func gather(
    rows: Range<Int>, columns: Range<Int>, planes: Range<Int>, _ sample: (Int) -> UInt16
  ) -> [UInt16] {
    let step = format.channels
    let count = rows.count * columns.count * planes.count
    return [UInt16](unsafeUninitializedCapacity: count) { values, initialized in
      var to = 0
      for row in rows {
        for column in columns {
          let pixel = (row * width + column) * step
          for plane in planes {
            values[to] = sample(pixel + plane)
            to += 1
          }
        }
      }
      initialized = count
    }
  }
}
