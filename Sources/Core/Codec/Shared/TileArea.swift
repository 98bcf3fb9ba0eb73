import Container
import Models
import Neural
import Pixels

/// Some rows and columns of a picture's latents.
struct TileArea: Sendable {
  var rows: Range<Int>
  var columns: Range<Int>

  init(rows: Range<Int>, columns: Range<Int>) {
    self.rows = rows
    self.columns = columns
  }

  /// The latents of a tile.
  init(_ grid: TileGrid, _ index: Int, _ geometry: LatentGeometry) {
    let (rows, columns) = grid.tile(index)
    // A tile's sides are multiples of what a latent stands for.
    let latents = { (samples: Range<Int>) in
      let first = geometry.latents(covering: samples.lowerBound)
      return first..<geometry.latents(covering: samples.upperBound)
    }
    self.init(rows: latents(rows), columns: latents(columns))
  }

  /// The latents of some samples.
  init(covering region: PixelRegion, _ geometry: LatentGeometry) {
    let latents = { (samples: Range<Int>) in
      samples.lowerBound / geometry.latentReduction..<geometry.latents(covering: samples.upperBound)
    }
    self.init(rows: latents(region.rows), columns: latents(region.columns))
  }

  /// What two areas have in common; empty if that is nothing.
  func intersection(_ other: TileArea) -> TileArea {
    TileArea(rows: rows.clamped(to: other.rows), columns: columns.clamped(to: other.columns))
  }

  /// The area as seen from the first latent of another.
  func relative(to other: TileArea) -> TileArea {
    let moved = { (range: Range<Int>, origin: Int) in
      range.lowerBound - origin..<range.upperBound - origin
    }
    return TileArea(
      rows: moved(rows, other.rows.lowerBound), columns: moved(columns, other.columns.lowerBound))
  }

  /// The area and what lies up to `distance` around it.
  func widened(by distance: Int, within size: (rows: Int, columns: Int)) -> TileArea {
    TileArea(
      rows: max(rows.lowerBound - distance, 0)..<min(rows.upperBound + distance, size.rows),
      columns: max(
        columns.lowerBound - distance, 0)..<min(
          columns.upperBound + distance, size.columns))
  }
}

extension Tensor {
  /// The part of this tensor that an area covers.
  func window(_ area: TileArea) -> Tensor {
    window(
      row: area.rows.lowerBound, column: area.columns.lowerBound, rows: area.rows.count,
      columns: area.columns.count)
  }

  /// Sets an area to zero.
  func clear(_ area: TileArea) {
    for row in area.rows {
      position(row, area.columns.lowerBound).update(
        repeating: 0, count: area.columns.count * channels)
    }
  }
}
