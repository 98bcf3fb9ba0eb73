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

  /// The rows of squares of so many pixels on a side that have arrived: a square needs its last row.
  /// Those at the picture's edge may be cut.
  func arrivedSquares(side: Int) -> Range<Int> {
    let end =
      arrivedRows == rows ? (rows.upperBound + side - 1) / side : arrivedRows.upperBound / side
    return rows.lowerBound / side..<end
  }

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
  ) -> UInt16 {
    let planes = decoded.tile.shape.planes
    // At most 64 products of 32 bits.
    var (sum, total): (UInt64, UInt64) = (0, 0)
    for row in rows {
      withSamples(row, columns.lowerBound) { samples in
        for (index, column) in columns.enumerated() {
          let weight = weights?.alpha(row, column) ?? 1
          sum += weight &* UInt64(samples[index * planes + plane])
          total += weight
        }
      }
    }
    // Where nothing is seen, all pixels count the same.
    guard total > 0 else { return mean(rows, columns, plane: plane, weights: nil) }
    return UInt16(truncatingIfNeeded: (sum + total / 2) / total)
  }

  /// The alpha of a pixel: opaque where it has not arrived, or is not in the stream.
  private func alpha(_ row: Int, _ column: Int) -> UInt64 {
    guard arrivedRows.contains(row), isCoded(row, column) else {
      return 1 << UInt64(decoded.tile.shape.depth) - 1
    }
    let pixel = (row - rows.lowerBound) * decoded.tile.shape.width + column - columns.lowerBound
    return UInt64(decoded.tile.samples[pixel])
  }
}

extension ExactLayer {
  /// Writes what has arrived of a tile as far as it is in an area, into a sink of the area's size.
  /// The rest is left as it is there.
  ///
  /// - Parameter weights: the alpha of the same tile, by which colours count where they are averaged;
  ///   nil if it is opaque.
  func write(
    _ tile: ExactSamples, weights: ExactSamples?, _ area: PictureArea, to sink: PixelSink
  ) {
    guard depth != sink.depth else {
      if depth > 8 {
        write(tile, weights: weights, area, to: sink) { $0 }
      } else {
        write(tile, weights: weights, area, to: sink) { UInt8(truncatingIfNeeded: $0) }
      }
      return
    }
    let scale = SampleScale(from: depth, to: sink.depth)
    write(tile, weights: weights, area, to: sink) { UInt8(truncatingIfNeeded: scale($0)) }
  }

  /// Writes samples as `convert` makes them, whose type is that of the sink's samples.
  @inline(__always)
  private func write<Sample: BitwiseCopyable>(
    _ tile: ExactSamples, weights: ExactSamples?, _ area: PictureArea, to sink: PixelSink,
    as convert: (UInt16) -> Sample
  ) {
    if kind == .alpha, !sink.format.hasAlpha { return }
    if area.reduction == 1 {
      copy(tile, of: area.region, to: sink, as: convert)
    } else {
      average(tile, weights: weights, area, to: sink, as: convert)
    }
  }

  @inline(__always)
  private func copy<Sample: BitwiseCopyable>(
    _ tile: ExactSamples, of region: PixelRegion, to sink: PixelSink,
    as convert: (UInt16) -> Sample
  ) {
    let (planes, step) = (planeRange(sink.format), sink.bytesPerPixel)
    let columns = tile.columns.clamped(to: region.columns)
    for row in tile.arrivedRows.clamped(to: region.rows) {
      tile.withSamples(row, columns.lowerBound) { samples in
        var to = UnsafeMutableRawPointer(sink.row(row - region.y))
        to += (columns.lowerBound - region.x) * step
        var from = samples
        for column in columns {
          if tile.isCoded(row, column) {
            for plane in planes {
              to.storeBytes(
                of: convert(from[source(of: plane, in: planes)]),
                toByteOffset: plane * MemoryLayout<Sample>.size, as: Sample.self)
            }
          }
          from += self.planes
          to += step
        }
      }
    }
  }

  @inline(__always)
  private func average<Sample: BitwiseCopyable>(
    _ tile: ExactSamples, weights: ExactSamples?, _ area: PictureArea, to sink: PixelSink,
    as convert: (UInt16) -> Sample
  ) {
    let (planes, side, region) = (planeRange(sink.format), area.reduction, area.region)
    for row in tile.arrivedSquares(side: side).clamped(to: region.rows) {
      let rows = (row * side..<(row + 1) * side).clamped(to: tile.rows)
      let squares = tile.columns.lowerBound / side..<(tile.columns.upperBound + side - 1) / side
      for column in squares.clamped(to: region.columns) {
        let columns = (column * side..<(column + 1) * side).clamped(to: tile.columns)
        // Blocks are whole squares.
        guard tile.isCoded(rows.lowerBound, columns.lowerBound) else { continue }
        let to = UnsafeMutableRawPointer(sink.row(row - region.y))
        for plane in planes {
          let mean = tile.mean(
            rows, columns, plane: source(of: plane, in: planes), weights: weights)
          to.storeBytes(
            of: convert(mean),
            toByteOffset: (column - region.x) * sink.bytesPerPixel
              + plane * MemoryLayout<Sample>.size, as: Sample.self)
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
