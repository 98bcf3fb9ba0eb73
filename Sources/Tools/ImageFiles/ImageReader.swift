internal import CVipsShim
public import Pixels
public import TNG

/// Reads PNG, JPEG, WebP, TIFF, HEIC, AVIF, JPEG XL, JPEG 2000 and PPM files.
///
///     let picture = try ImageReader().read(bytes)
///
/// The picture is the first frame or page, upright, with 8-bit samples, grey or RGB; its metadata
/// says so too. CMYK, CIE Lab and linear light become sRGB. Colours that HEIF gives by numbers (nclx)
/// instead of a profile are taken for sRGB. Any number of threads may read at once.
public struct ImageReader: Sendable {
  /// The largest picture to read, in pixels.
  public var maximumPixels: Int

  /// Creates a reader.
  public init(maximumPixels: Int = Limits().pixels) {
    self.maximumPixels = maximumPixels
  }

  /// Reads a picture from the bytes of a file.
  ///
  /// - Throws: ``ImageFileError``, or ``TNGError/limitExceeded(_:_:)`` for a picture that is too large.
  public func read(_ file: [UInt8]) throws -> Picture {
    if file.isEmpty { throw ImageFileError.damaged("it is empty") }
    let loader = try findLoader(file)
    return try withLibvips(failure: ImageFileError.damaged) { try decode(file, by: loader) }
  }

  /// libvips's name for what reads a file, such as "VipsForeignLoadJpeg".
  private func findLoader(_ file: [UInt8]) throws -> String {
    try withLibvips(failure: { _ in .unknownFormat }) {
      file.withUnsafeBytes { vips_shim_loader($0.baseAddress!, $0.count) }
        .map { String(cString: $0) }
    }
  }

  /// Decodes a file, or gives nil when libvips fails.
  private func decode(_ file: [UInt8], by loader: String) throws -> Picture? {
    try file.withUnsafeBytes { bytes in
      guard let header = LibvipsImage(opening: bytes) else { return nil }
      // libvips before 8.15 frees the metadata of HEIF with the image that read it.
      return try withExtendedLifetime(header) {
        try Limits(pixels: maximumPixels).check(width: header.width, height: header.height)
        var metadata = Metadata(header)
        if loader == "VipsForeignLoadJxl" { metadata.complete(ofJPEGXL: JPEGXLFile(file: file)) }
        return try decode(header, metadata: metadata, by: loader)
      }
    }
  }

  private func decode(
    _ header: LibvipsImage, metadata: Metadata, by loader: String
  ) throws -> Picture? {
    guard let upright = decodeUpright(header, by: loader),
      let displayable = convertToDisplay(upright),
      let pixels = try copyPixels(displayable)
    else { return nil }
    var metadata = metadata
    metadata.setUpright()
    if displayable !== upright { metadata.iccProfile = nil }
    metadata.dropProfile(unlessFor: pixels.format)
    return Picture(pixels: pixels, metadata: metadata)
  }

  /// HEIF and JPEG XL say in the file itself how to turn the picture, which libvips does; an
  /// orientation in their EXIF only repeats that.
  private func decodeUpright(_ header: LibvipsImage, by loader: String) -> LibvipsImage? {
    guard let decoded = header.decoded() else { return nil }
    let isTurned = loader == "VipsForeignLoadHeif" || loader == "VipsForeignLoadJxl"
    return isTurned || decoded.orientation == 1 ? decoded : decoded.turnedUpright()
  }

  private func convertToDisplay(_ image: LibvipsImage) -> LibvipsImage? {
    switch image.color {
    case VIPS_SHIM_COLOR_CMYK: image.convertedFromCMYK()
    case VIPS_SHIM_COLOR_ABSOLUTE: image.convertedFromAbsolute()
    default: image
    }
  }

  private func copyPixels(_ image: LibvipsImage) throws -> PixelBuffer? {
    guard (1...4).contains(image.bands) else {
      throw ImageFileError.unsupported("its pixels have \(image.bands) samples")
    }
    let format = PixelFormat(isGray: image.bands < 3, hasAlpha: image.bands.isMultiple(of: 2))
    guard let samples = try copySamples(image) else { return nil }
    return PixelBuffer(width: image.width, height: image.height, format: format, samples: samples)
  }

  /// The samples of an image in 8 bits.
  private func copySamples(_ image: LibvipsImage) throws -> [UInt8]? {
    switch image.samples {
    case VIPS_SHIM_SAMPLES_8_BIT:
      let samples = image.copySamples(as: UInt8.self)
      return image.white == 255 ? samples : samples.map { reduce($0, white: image.white) }
    case VIPS_SHIM_SAMPLES_16_BIT:
      return image.copySamples(as: UInt16.self).map { reduce($0, white: image.white) }
    default:
      throw ImageFileError.unsupported(
        "its samples are neither 8 nor 16 bits, and have no defined range")
    }
  }

  /// Samples of 0 … `white` reduced to 0 … 255, each rounded to the nearest.
  private func reduce(_ samples: [some FixedWidthInteger], white: Int) -> [UInt8] {
    samples.map { UInt8((min(Int($0), white) * 255 + white / 2) / white) }
  }
}
