public import Pixels

/// Decodes `.tng` files.
public struct TNGDecoder: Sendable {
  /// The settings of a decoder.
  public struct Options: Sendable, Hashable {
    /// The number of threads, at least 1. The pixels do not depend on it.
    public var threads: Int
    /// The largest picture to decode, in pixels.
    public var maximumPixels: Int
    /// The most bytes of metadata to accept.
    public var maximumMetadataBytes: Int
    /// Whether a cut or damaged file gives the picture that its bytes allow instead of an error.
    public var allowsPartial: Bool

    /// Creates the settings.
    public init(
      threads: Int = 1, maximumPixels: Int = 1 << 28, maximumMetadataBytes: Int = 64 << 20,
      allowsPartial: Bool = false
    ) {
      self.threads = threads
      self.maximumPixels = maximumPixels
      self.maximumMetadataBytes = maximumMetadataBytes
      self.allowsPartial = allowsPartial
    }
  }

  /// The settings.
  public var options: Options

  /// Creates a decoder.
  public init(options: Options = Options()) {
    self.options = options
  }

  /// Decodes a file.
  public func decode(_ file: [UInt8]) throws(TNGError) -> Picture {
    throw .unsupported("decoding is not built yet")
  }

  /// Reads what a file says of its picture, without decoding it.
  public func readInfo(_ file: [UInt8]) throws(TNGError) -> PictureInfo {
    throw .unsupported("decoding is not built yet")
  }
}
