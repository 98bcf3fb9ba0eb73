/// How a picture is divided into tiles: Format.md, section 3.
package struct TileGrid: Sendable, Hashable {
  package let width: Int
  package let height: Int

  /// The side of a tile in pixels.
  package static let tileSide = 1024

  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  package var columns: Int { (width + Self.tileSide - 1) / Self.tileSide }
  package var rows: Int { (height + Self.tileSide - 1) / Self.tileSide }
  package var count: Int { rows * columns }

  /// The pixels of a tile, counted in raster order.
  package func tile(_ index: Int) -> (rows: Range<Int>, columns: Range<Int>) {
    let top = index / columns * Self.tileSide
    let left = index % columns * Self.tileSide
    return (
      top..<min(top + Self.tileSide, height), left..<min(left + Self.tileSide, width)
    )
  }

  /// The tiles that have pixels of some rows and columns, none of which is outside the picture.
  package func tiles(rows: Range<Int>, columns: Range<Int>) -> [Int] {
    let numbers = { (pixels: Range<Int>) in
      pixels.lowerBound / Self.tileSide...(pixels.upperBound - 1) / Self.tileSide
    }
    return numbers(rows).flatMap { row in numbers(columns).map { row * self.columns + $0 } }
  }
}
