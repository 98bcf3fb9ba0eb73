public import Pixels

/// What travels beside the pixels of a picture, byte for byte.
public struct Metadata: Sendable, Hashable {
  /// The ICC profile that gives the samples their colours.
  public var iccProfile: [UInt8]?
  /// The EXIF block: a TIFF stream, without the `Exif\0\0` prefix.
  ///
  /// Its orientation is 1 or absent, and the pixels are upright (Documentation/Format.md, section 8): an encoder takes the block as it is.
  /// The module `ImageFiles` turns the pixels of what it reads, and sets the orientation to 1.
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

/// What a file says of its picture before any pixel is decoded.
public struct PictureInfo: Sendable, Hashable {
  /// The number of columns.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// The samples that decoding gives.
  public let format: PixelFormat
  /// The quality level that the file was made with.
  public let quality: Quality
  /// The id of the model that made the file.
  public let modelID: UInt32
  /// That id as people read it: `0x` and eight digits.
  public var modelIDText: String { hexadecimal(modelID) }
  /// The name of that model, or nil when this decoder does not have it.
  public let modelName: String?
  /// Colour profile, EXIF and XMP.
  public let metadata: Metadata
}

/// `0x` and eight digits.
func hexadecimal(_ id: UInt32) -> String {
  let digits = String(id, radix: 16)
  return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
}
