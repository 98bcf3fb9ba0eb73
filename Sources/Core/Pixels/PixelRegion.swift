/// A rectangle of a picture's pixels.
public struct PixelRegion: Sendable, Hashable {
  /// The first column.
  public var x: Int
  /// The first row.
  public var y: Int
  /// The number of columns.
  public var width: Int
  /// The number of rows.
  public var height: Int

  /// Creates a region.
  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// All of a picture.
  package init(width: Int, height: Int) {
    self.init(x: 0, y: 0, width: width, height: height)
  }

  /// Whether the region has a pixel, and none outside a picture of this size.
  package func lies(inWidth width: Int, height: Int) -> Bool {
    x >= 0 && y >= 0 && self.width > 0 && self.height > 0
      && self.width <= width && self.height <= height
      && x <= width - self.width && y <= height - self.height
  }

  package var rows: Range<Int> { y..<y + height }
  package var columns: Range<Int> { x..<x + width }
}
