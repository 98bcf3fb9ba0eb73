import Container
import ExactCoding
import Pixels

/// What has arrived of a tile of exact samples, and where it is in the picture.
struct ExactSamples {
  private let decoded: ExactStream.Decoded
  /// The rows of the tile.
  let rows: Range<Int>
  let columns: Range<Int>

  init(_ decoded: ExactStream.Decoded, rows: Range<Int>, columns: Range<Int>) {
    self.decoded = decoded
    self.rows = rows
    self.columns = columns
  }

  /// The rows that have arrived.
  var arrivedRows: Range<Int> { rows.lowerBound..<rows.lowerBound + decoded.rows }

  /// Whether all of the tile is there.
  var isWhole: Bool {
    arrivedRows == rows && decoded.tile.shape.codedBlocks?.contains(false) != true
  }

  /// Whether a pixel of the tile is in the stream.
  @inline(__always)
  func isCoded(_ row: Int, _ column: Int) -> Bool {
    decoded.isCoded(row - rows.lowerBound, column - columns.lowerBound)
  }

  /// Calls `body` with the samples of the pixels from one of the tile on.
  @inline(__always)
  func withSamples(_ row: Int, _ column: Int, _ body: (UnsafePointer<UInt16>) -> Void) {
    let shape = decoded.tile.shape
    let pixel = (row - rows.lowerBound) * shape.width + column - columns.lowerBound
    decoded.tile.samples.withUnsafeBufferPointer { body($0.baseAddress! + pixel * shape.planes) }
  }

  /// The mean of a plane over some pixels of the tile.
  ///
  /// - Parameter weights: the alpha by which pixels count; nil if all count the same.
  func mean(
    _ rows: Range<Int>, _ columns: Range<Int>, plane: Int, weights: ExactSamples?
  ) -> UInt8 {
    let planes = decoded.tile.shape.planes
    var (sum, total) = (0, 0)
    for row in rows {
      withSamples(row, columns.lowerBound) { samples in
        for (index, column) in columns.enumerated() {
          let weight = weights?.alpha(row, column) ?? 1
          sum += weight * Int(samples[index * planes + plane])
          total += weight
        }
      }
    }
    // Where nothing is seen, all pixels count the same.
    guard total > 0 else { return mean(rows, columns, plane: plane, weights: nil) }
    return UInt8(truncatingIfNeeded: (sum + total / 2) / total)
  }

  /// The alpha of a pixel: opaque where it has not arrived, or is not in the stream.
  private func alpha(_ row: Int, _ column: Int) -> Int {
    guard arrivedRows.contains(row), isCoded(row, column) else { return Int(PixelFormat.opaque) }
    let pixel = (row - rows.lowerBound) * decoded.tile.shape.width + column - columns.lowerBound
    return Int(decoded.tile.samples[pixel])
  }
}

extension ExactLayer {
  /// Writes a tile as far as it is in a region, into a sink of the region's size. What has not
  /// arrived is left as it is there.
  func write(_ tile: ExactSamples, of region: PixelRegion, to sink: PixelSink) {
    if kind == .alpha, !sink.format.hasAlpha { return }
    let (planes, step) = (planeRange(sink.format), sink.format.channels)
    let columns = tile.columns.clamped(to: region.columns)
    for row in tile.arrivedRows.clamped(to: region.rows) {
      tile.withSamples(row, columns.lowerBound) { samples in
        var to = sink.row(row - region.y) + (columns.lowerBound - region.x) * step
        var from = samples
        for column in columns {
          if tile.isCoded(row, column) {
            for plane in planes {
              to[plane] = UInt8(truncatingIfNeeded: from[source(of: plane, in: planes)])
            }
          }
          from += self.planes
          to += step
        }
      }
    }
  }

  /// Writes the means of a tile's squares as far as they are in an area, into a sink of its size.
  /// Squares that have not arrived are left as they are there.
  ///
  /// - Parameter weights: the alpha of the same tile, by which colours count; nil if it is opaque.
  func writeAverages(
    of tile: ExactSamples, weights: ExactSamples?, _ area: PictureArea, to sink: PixelSink
  ) {
    if kind == .alpha, !sink.format.hasAlpha { return }
    let (planes, step, side) = (planeRange(sink.format), sink.format.channels, area.reduction)
    let region = area.region
    // A square needs its last row; at the picture's edge it may be cut.
    let arrived =
      tile.arrivedRows == tile.rows
      ? (tile.rows.upperBound + side - 1) / side : tile.arrivedRows.upperBound / side
    let rows = tile.rows.lowerBound / side..<max(arrived, tile.rows.lowerBound / side)
    let columns = tile.columns.lowerBound / side..<(tile.columns.upperBound + side - 1) / side
    for row in rows.clamped(to: region.rows) {
      let squareRows = (row * side..<(row + 1) * side).clamped(to: tile.rows)
      for column in columns.clamped(to: region.columns) {
        let squareColumns = (column * side..<(column + 1) * side).clamped(to: tile.columns)
        // Blocks are whole squares.
        guard tile.isCoded(squareRows.lowerBound, squareColumns.lowerBound) else { continue }
        let to = sink.row(row - region.y) + (column - region.x) * step
        for plane in planes {
          to[plane] = tile.mean(
            squareRows, squareColumns, plane: source(of: plane, in: planes), weights: weights)
        }
      }
    }
  }

  /// Which of the layer's planes goes to one of a sink: grey is written to all colours of a sink that
  /// has them.
  @inline(__always)
  private func source(of plane: Int, in planes: Range<Int>) -> Int {
    planes.count > self.planes ? 0 : plane - planes.lowerBound
  }
}
