package import Container
import ExactCoding

/// Which blocks of 16×16 pixels of a picture or a tile are exact: those whose colours are kept as
/// they are, beside those that latents have.
package struct BlockMap: Sendable, Hashable {
  /// The number of blocks in a row.
  package let columns: Int
  /// The number of rows of blocks.
  package let rows: Int
  /// Of each block, row after row, whether it is exact.
  package var isExact: [Bool]

  /// The width and height of a block, in pixels.
  package static let side = ExactTileShape.blockSide

  package init(columns: Int, rows: Int, isExact: [Bool]) {
    precondition(isExact.count == columns * rows)
    self.columns = columns
    self.rows = rows
    self.isExact = isExact
  }

  /// The map of a picture of this size whose blocks are all the same.
  package init(width: Int, height: Int, isExact: Bool) {
    let (columns, rows) = (Self.blocks(covering: width), Self.blocks(covering: height))
    self.init(
      columns: columns, rows: rows, isExact: [Bool](repeating: isExact, count: columns * rows))
  }

  /// The blocks that cover a number of pixels in a row.
  package static func blocks(covering pixels: Int) -> Int { (pixels + side - 1) / side }

  /// The number of exact blocks.
  package var exactCount: Int { isExact.count { $0 } }
  /// Whether every block is exact.
  package var isAllExact: Bool { !isExact.contains(false) }

  /// The number of pixels in exact blocks, if the map is of so many columns and rows of pixels.
  package func exactPixels(width: Int, height: Int) -> Int {
    isExact.enumerated().reduce(0) { sum, block in
      guard block.element else { return sum }
      let (row, column) = block.offset.quotientAndRemainder(dividingBy: columns)
      let (top, left) = (row * Self.side, column * Self.side)
      return sum + min(Self.side, height - top) * min(Self.side, width - left)
    }
  }

  /// Whether the block of a pixel is exact.
  @inline(__always)
  package func covers(row: Int, column: Int) -> Bool {
    isExact[row / Self.side * columns + column / Self.side]
  }

  /// The part of a picture's map that a tile has.
  package func tile(_ index: Int, of grid: TileGrid) -> BlockMap {
    // A tile's sides are multiples of a block's.
    let tile = grid.tile(index)
    let (top, left) = (tile.rows.lowerBound / Self.side, tile.columns.lowerBound / Self.side)
    let columns = Self.blocks(covering: tile.columns.count)
    let rows = Self.blocks(covering: tile.rows.count)
    let parts = (top..<top + rows).flatMap { row in
      let start = row * self.columns + left
      return isExact[start..<start + columns]
    }
    return BlockMap(columns: columns, rows: rows, isExact: parts)
  }
}
