import Bytes
package import Container
import EntropyCoding
package import ExactCoding
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

  /// The streams of the tiles of a picture; empty of alpha for those that are opaque, of colours for
  /// those that have no exact block.
  ///
  /// ``decode(_:tile:in:to:allowsPartial:)`` is the inverse.
  ///
  /// - Parameter blocks: the blocks to code; nil for all.
  /// - Throws: ``CodecError/cancelled``.
  package func encode(
    _ pixels: PixelBuffer, blocks: BlockMap? = nil, on execution: Execution
  ) throws(CodecError) -> [[UInt8]] {
    let opaque = UInt16(1 << depth - 1)
    let streams = execution.map(grid.count) { index, _ -> [UInt8] in
      guard interruption?.isCancelled() != true else { return [] }
      guard let tile = tile(index, of: pixels, blocks: blocks) else { return [] }
      if kind == .alpha, tile.samples.allSatisfy({ $0 == opaque }) { return [] }
      return ExactStream.encode(tile)
    }
    try interruption?.checkCancellation()
    return streams
  }

  /// Moves colours of some blocks of a picture, within a tolerance, to where their streams are
  /// shorter.
  ///
  /// - Returns: the picture, and what each block then takes, about, in 1/256 bit; 0 for those that
  ///   are not among `blocks`.
  /// - Throws: ``CodecError/cancelled``.
  package func simplified(
    _ pixels: PixelBuffer, blocks: BlockMap, within tolerance: ExactTolerance,
    on execution: Execution
  ) throws(CodecError) -> (pixels: PixelBuffer, costs: [UInt32]) {
    let tiles = execution.map(grid.count) { index, _ -> (tile: ExactTile, costs: [UInt32])? in
      guard interruption?.isCancelled() != true else { return nil }
      guard var tile = tile(index, of: pixels, blocks: blocks) else { return nil }
      let costs = tile.simplify(within: tolerance)
      return (tile, costs)
    }
    try interruption?.checkCancellation()
    var costs = [UInt32](repeating: 0, count: blocks.isExact.count)
    var samples = pixels.samples
    let (planes, step) = (planeRange(pixels.format), pixels.format.channels)
    for (index, tile) in tiles.enumerated() {
      guard let tile else { continue }
      let (rows, columns) = grid.tile(index)
      let width = BlockMap.blocks(covering: columns.count)
      for (place, cost) in tile.costs.enumerated() {
        let row = rows.lowerBound / BlockMap.side + place / width
        costs[row * blocks.columns + columns.lowerBound / BlockMap.side + place % width] = cost
      }
      var from = 0
      for row in rows {
        for column in columns {
          for plane in planes {
            samples[(row * pixels.width + column) * step + plane] = UInt8(
              truncatingIfNeeded: tile.tile.samples[from])
            from += 1
          }
        }
      }
    }
    return (
      PixelBuffer(
        width: pixels.width, height: pixels.height, format: pixels.format, samples: samples), costs
    )
  }

  /// A tile of a picture; nil if none of its blocks is to be coded.
  private func tile(_ index: Int, of pixels: PixelBuffer, blocks: BlockMap?) -> ExactTile? {
    let (rows, columns) = grid.tile(index)
    let coded = blocks?.tile(index, of: grid)
    if coded?.exactCount == 0 { return nil }
    return ExactTile(
      shape: ExactTileShape(
        width: columns.count, height: rows.count, planes: planes, depth: depth,
        codedBlocks: coded?.isAllExact == false ? coded!.isExact : nil),
      samples: pixels.samples(rows: rows, columns: columns, planes: planeRange(pixels.format)))
  }

  /// Which blocks a tile's stream has.
  private func blocks(
    _ stream: Range<Int>, tile: Int, in bytes: [UInt8]
  ) throws(StreamError) -> BlockMap {
    let (rows, columns) = grid.tile(tile)
    let shape = ExactTileShape(
      width: columns.count, height: rows.count, planes: planes, depth: depth)
    let coded = try ExactStream.blocks(bytes, stream, of: shape)
    let count = shape.blockColumns * shape.blockRows
    return BlockMap(
      columns: shape.blockColumns, rows: shape.blockRows,
      isExact: coded ?? [Bool](repeating: true, count: count))
  }

  /// Which blocks of some tiles the layer has.
  ///
  /// - Parameter layer: the layer of a frame; nil if it has none.
  package func coverage(
    of tiles: [Int], _ layer: FrameLayer?, in bytes: [UInt8], allowsPartial: Bool,
    on execution: Execution
  ) throws(CodecError) -> [TileCoverage] {
    guard let layer else { return [TileCoverage](repeating: .nothing, count: tiles.count) }
    return try decodeTiles(
      tiles, of: layer, in: bytes, allowsPartial: allowsPartial, on: execution
    ) { tile, stream, _ throws(TileError) in
      guard layer.lengths[tile] > 0 else { return .nothing }
      do throws(StreamError) {
        guard let stream else { throw .truncated }
        return .blocks(try blocks(stream, tile: tile, in: bytes))
      } catch {
        guard allowsPartial else { throw .stream(error) }
        return .unknown
      }
    }
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

/// Which blocks of a tile are exact.
package enum TileCoverage: Sendable, Hashable {
  /// The tile has no exact stream.
  case nothing
  case blocks(BlockMap)
  /// What tells it has not arrived, or is damaged.
  case unknown
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
