/// Where a decoder writes a picture: memory of the caller's, which outlives the decoding.
///
/// Samples are 8 bits, interleaved, rows from the top, ``bytesPerRow`` apart. A grey picture can be
/// written as colours, alpha that a picture lacks is 255, and alpha that the format lacks is
/// dropped.
public struct PixelSink: @unchecked Sendable {
  // SAFETY: the caller of the initialiser vouches for the memory.
  /// The first sample.
  public let base: UnsafeMutablePointer<UInt8>
  /// The number of columns, at least 1.
  public let width: Int
  /// The number of rows, at least 1.
  public let height: Int
  /// The samples of a pixel.
  public let format: PixelFormat
  /// The distance from a row to the next, at least `width * format.channels`.
  public let bytesPerRow: Int

  /// Describes memory to write to.
  ///
  /// - Parameters:
  ///   - base: `(height - 1) * bytesPerRow + width * format.channels` bytes, which nothing else
  ///     uses while the decoder writes.
  ///   - bytesPerRow: by default, rows follow one another without padding.
  /// - Precondition: `width` and `height` are at least 1, and `bytesPerRow` holds a row.
  public init(
    base: UnsafeMutablePointer<UInt8>, width: Int, height: Int, format: PixelFormat,
    bytesPerRow: Int? = nil
  ) {
    precondition(width > 0 && height > 0, "a picture has at least one pixel")
    precondition(bytesPerRow.map { $0 >= width * format.channels } ?? true, "rows overlap")
    self.base = base
    self.width = width
    self.height = height
    self.format = format
    self.bytesPerRow = bytesPerRow ?? width * format.channels
  }

  /// The first sample of a row.
  package func row(_ row: Int) -> UnsafeMutablePointer<UInt8> { base + row * bytesPerRow }

  /// Whether pictures of a format can be written here: all but colours as grey.
  public func accepts(_ other: PixelFormat) -> Bool { other.isGray || !format.isGray }
}
