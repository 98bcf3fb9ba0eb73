/// What travels beside the pixels of a picture, byte for byte.
public struct Metadata: Sendable, Hashable {
  /// The ICC profile that gives the samples their colours.
  public var iccProfile: [UInt8]?
  /// The EXIF block: a TIFF stream, without the `Exif\0\0` prefix.
  ///
  /// Its orientation is 1 or absent, and the pixels are upright (Documentation/Format.md, section
  /// 8): an encoder takes the block as it is. The module `ImageFiles` turns the pixels of what it
  /// reads, and sets the orientation to 1.
  public var exif: [UInt8]?
  /// The XMP packet, UTF-8.
  public var xmp: [UInt8]?

  /// Creates metadata; without arguments, none.
  public init(iccProfile: [UInt8]? = nil, exif: [UInt8]? = nil, xmp: [UInt8]? = nil) {
    self.iccProfile = iccProfile
    self.exif = exif
    self.xmp = xmp
  }
}

/// A picture with its metadata: what an encoder takes and a decoder gives.
public struct Picture: Sendable, Hashable {
  /// The pixels.
  public var pixels: PixelBuffer
  /// Colour profile, EXIF and XMP.
  public var metadata: Metadata

  /// Creates a picture.
  public init(pixels: PixelBuffer, metadata: Metadata = Metadata()) {
    self.pixels = pixels
    self.metadata = metadata
  }
}
