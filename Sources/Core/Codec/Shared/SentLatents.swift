import Models

/// Which positions of a tile's latents are in its stream: all but those in the midst of exact
/// blocks (Format.md, section 6).
package struct SentLatents: Sendable, Hashable {
  /// Of each position of the tile, row after row.
  let latents: [Bool]
  /// Of each position of its hyper grid, row after row.
  let hyperLatents: [Bool]
  private let columns: Int

  /// - Parameters:
  ///   - blocks: of the tile.
  ///   - area: the tile's latents.
  init(beside blocks: BlockMap, _ area: TileArea, _ geometry: LatentGeometry) {
    let (rows, columns) = (area.rows.count, area.columns.count)
    let (side, reduction) = (BlockMap.side, geometry.latentReduction)
    // The blocks that a position's square touches, and those around it.
    let around = { (position: Int, count: Int) -> Range<Int> in
      let (first, last) = (position * reduction / side, ((position + 1) * reduction - 1) / side)
      return max(first - 1, 0)..<min(last + 2, count)
    }
    var latents: [Bool] = []
    let factor = geometry.hyperFactor
    let hyperColumns = geometry.hyperLatents(covering: columns)
    var hyperLatents = [Bool](
      repeating: false, count: geometry.hyperLatents(covering: rows) * hyperColumns)
    for row in 0..<rows {
      let blockRows = around(row, blocks.rows)
      for column in 0..<columns {
        let blockColumns = around(column, blocks.columns)
        let isSent = blockRows.contains { row in
          blockColumns.contains { !blocks.isExact[row * blocks.columns + $0] }
        }
        latents.append(isSent)
        if isSent { hyperLatents[row / factor * hyperColumns + column / factor] = true }
      }
    }
    self.latents = latents
    self.hyperLatents = hyperLatents
    self.columns = columns
  }

  /// Whether a position is in the stream.
  @inline(__always)
  func has(row: Int, column: Int) -> Bool { latents[row * columns + column] }
}
