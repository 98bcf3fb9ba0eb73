/// Where a decoder writes a picture: memory of the caller's, which outlives the decoding.
///
/// Samples are interleaved, rows from the top, ``bytesPerRow`` apart. A sample is a byte up to a
/// depth of 8, and otherwise two in the machine's order. A grey picture can be written as colours,
/// any depth as 8 bits, alpha that a picture lacks is opaque, and alpha that the format lacks is
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
  /// The bits of a sample, 1 … 16.
  public let depth: Int
  /// The distance from a row to the next, at least `width * bytesPerPixel`.
  public let bytesPerRow: Int

  /// The bytes of a pixel.
  public var bytesPerPixel: Int { format.channels * (depth > 8 ? 2 : 1) }

  /// Describes memory to write to.
  ///
  /// - Parameters:
  ///   - base: `(height - 1) * bytesPerRow + width * bytesPerPixel` bytes, which nothing else uses
  ///     while the decoder writes. They need no alignment.
  ///   - bytesPerRow: by default, rows follow one another without padding.
  /// - Precondition: `width` and `height` are at least 1, `depth` is 1 … 16, and `bytesPerRow`
  ///   holds a row.
  public init(
    base: UnsafeMutablePointer<UInt8>, width: Int, height: Int, format: PixelFormat,
    depth: Int = 8, bytesPerRow: Int? = nil
  ) {
    precondition(width > 0 && height > 0, "a picture has at least one pixel")
    precondition((1...16).contains(depth), "samples have 1 … 16 bits")
    let row = width * format.channels * (depth > 8 ? 2 : 1)
    precondition(bytesPerRow.map { $0 >= row } ?? true, "rows overlap")
    self.base = base
    self.width = width
    self.height = height
    self.format = format
    self.depth = depth
    self.bytesPerRow = bytesPerRow ?? row
  }

  /// The first sample of a row.
  package func row(_ row: Int) -> UnsafeMutablePointer<UInt8> { base + row * bytesPerRow }

  /// Whether pictures of a format and a depth can be written here: all but colours as grey, and
  /// their own depth or 8 bits.
  public func accepts(_ other: PixelFormat, depth: Int = 8) -> Bool {
    (other.isGray || !format.isGray) && (self.depth == depth || self.depth == 8)
  }
}
