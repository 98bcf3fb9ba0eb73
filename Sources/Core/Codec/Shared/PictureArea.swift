package import Container
package import Pixels

/// What is decoded of a picture: a region of it, as it is or made smaller.
package struct PictureArea: Sendable, Hashable {
  /// In pixels of the picture at this size.
  package let region: PixelRegion
  /// The pixels of the picture on a side of the square that one of these stands for.
  package let reduction: Int

  /// An area, or nil if it is not inside the picture at this size.
  ///
  /// - Parameters:
  ///   - region: nil for all of the picture.
  ///   - reduction: 1, 2, 4 or 8.
  package init?(region: PixelRegion? = nil, reduction: Int = 1, of canvas: FileHeader) {
    let whole = Self.size(of: canvas, reduction: reduction)
    self.region = region ?? PixelRegion(width: whole.width, height: whole.height)
    self.reduction = reduction
    guard self.region.lies(inWidth: whole.width, height: whole.height) else { return nil }
  }

  /// The size of a picture that is made smaller. A square at its edge may be cut.
  package static func size(
    of canvas: FileHeader, reduction: Int
  ) -> (width: Int, height: Int) {
    let reduced = { (side: Int) in (side + reduction - 1) / reduction }
    return (reduced(canvas.width), reduced(canvas.height))
  }

  /// The pixels of the picture that the area's stand for.
  package func covered(in canvas: FileHeader) -> PixelRegion {
    region.magnified(by: reduction, within: (canvas.width, canvas.height))
  }
}

extension PictureArea {
  /// The area whose squares are this one's pixels, at a size that is a multiple of its size.
  func finer(reduction: Int, of canvas: FileHeader) -> PictureArea {
    let size = Self.size(of: canvas, reduction: reduction)
    let region = region.magnified(by: self.reduction / reduction, within: size)
    return PictureArea(region: region, reduction: reduction, of: canvas)!
  }
}

extension PixelSink {
  /// Writes the means of squares of a larger picture of the same format and 8 bits, whose last ones
  /// may be cut.
  func write(averagesOf larger: PixelSink, factor: Int) {
    precondition(format == larger.format, "another format")
    let step = format.channels
    for row in 0..<height {
      let rows = row * factor..<min((row + 1) * factor, larger.height)
      let to = self.row(row)
      for column in 0..<width {
        let columns = column * factor..<min((column + 1) * factor, larger.width)
        let count = rows.count * columns.count
        for channel in 0..<step {
          var sum = count / 2
          for line in rows {
            let from = larger.row(line) + channel
            for place in columns { sum += Int(from[place * step]) }
          }
          to[column * step + channel] = UInt8(truncatingIfNeeded: sum / count)
        }
      }
    }
  }
}

extension PixelRegion {
  /// The same region where a pixel is divided into so many on a side, cut to a picture's size.
  func magnified(by factor: Int, within size: (width: Int, height: Int)) -> PixelRegion {
    PixelRegion(
      x: x * factor, y: y * factor, width: min(width * factor, size.width - x * factor),
      height: min(height * factor, size.height - y * factor))
  }
}
