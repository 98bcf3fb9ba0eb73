public import Pixels

/// Writes a picture as a file of another format; the inverse of ``ImageReader``.
///
///     let writer = ImageWriter(format: .png)
///     let bytes = try writer.write(picture)
///
/// Any number of threads may write at once.
public struct ImageWriter: Sendable {
  /// The format of the file.
  public let format: ImageFileFormat
  /// The quality, 1 … 100 on the scale of the format's encoder; nil for the way of writing that
  /// ``ImageFileFormat`` tells. PNG, TIFF and PPM are lossless whatever it is.
  public let quality: Int?

  /// Creates a writer.
  ///
  /// - Precondition: `quality` is 1 … 100 or nil.
  public init(format: ImageFileFormat, quality: Int? = nil) {
    precondition(quality.map((1...100).contains) ?? true, "a quality is 1 … 100")
    self.format = format
    self.quality = quality
  }

  /// What of a picture its file will not hold, in the order of ``ImageLoss``.
  package func losses(of picture: Picture) -> [ImageLoss] {
    let metadata = picture.metadata
    return ImageLoss.allCases.filter { loss in
      switch loss {
      case .alpha: picture.pixels.format.hasAlpha && !format.holds(.alpha)
      case .depth: picture.pixels.depth > 8 && !format.holds(.depth)
      case .iccProfile: metadata.iccProfile != nil && !holdsProfile(of: picture)
      case .exif: metadata.exif.map { !holdsExif($0) } ?? false
      case .xmp: metadata.xmp != nil && !format.holds(.xmp)
      case .hiddenColors:
        format == .webp && quality == nil && !keepsHiddenColors && picture.pixels.hidesColors
      }
    }
  }

  /// The bytes of a file with a picture. Samples become 8 bits or, if they have more and the format
  /// holds them, 16.
  ///
  /// - Throws: ``ImageFileError``.
  public func write(_ picture: Picture) throws -> [UInt8] {
    var picture = picture
    let isWide = picture.pixels.depth > 8 && format.holds(.depth)
    picture.pixels = picture.pixels.converted(toDepth: isWide ? 16 : 8)
    if losses(of: picture).contains(.iccProfile) { try picture.convertToSRGB() }
    return try picture.pixels.bytes.withUnsafeBytes { samples in
      try withLibvips(failure: ImageFileError.notWritten) {
        try encode(picture, samples: samples)
      }
    }
  }

  /// A grey profile has no meaning for a format that writes grey as red, green and blue.
  private func holdsProfile(of picture: Picture) -> Bool {
    let isExpanded = picture.pixels.format.isGray && format.expandsGray
    return !isExpanded && format.holds(.iccProfile)
  }

  private func holdsExif(_ block: [UInt8]) -> Bool {
    switch format {
    case .jpeg: block.count <= JPEGFile.maximumCount(of: .exif)
    case .tiff: ExifTree(block: block) != nil
    default: format.holds(.exif)
    }
  }

  /// Encodes a picture, or gives nil when libvips fails.
  private func encode(_ picture: Picture, samples: UnsafeRawBufferPointer) throws -> [UInt8]? {
    let pixels = picture.pixels
    let metadata = heldMetadata(of: picture)
    guard
      let image = LibvipsImage(
        samples: samples, isWide: pixels.depth > 8, width: pixels.width, height: pixels.height,
        bands: pixels.format.channels),
      let sized = image.with(metadata.resolution ?? .usual),
      let flat = losses(of: picture).contains(.alpha) ? sized.flattened() : sized
    else { return nil }
    metadata.attach(to: flat, format: format)
    let suffix = format.libvipsSuffix(
      isGray: pixels.format.isGray, hasMetadata: metadata != Metadata(), quality: quality,
      keepsHiddenColors: format == .webp && keepsHiddenColors)
    guard let file = flat.encoded(as: suffix) else { return nil }
    if format == .heic || format == .avif { try checkReadable(file, as: pixels) }
    return metadata.embedded(in: file, format: format)
  }

  /// libheif before 1.19 can write a file without a picture, when its encoder refuses the size, and
  /// files larger than it reads.
  private func checkReadable(_ file: [UInt8], as pixels: PixelBuffer) throws {
    let isReadable = file.withUnsafeBytes { bytes in
      let image = LibvipsImage(opening: bytes)
      return image?.width == pixels.width && image?.height == pixels.height
    }
    if !isReadable {
      throw ImageFileError.notWritten(
        "the encoder does not take \(pixels.width)×\(pixels.height) pixels")
    }
  }

  private func heldMetadata(of picture: Picture) -> Metadata {
    var metadata = picture.metadata
    let losses = losses(of: picture)
    if losses.contains(.iccProfile) { metadata.iccProfile = nil }
    if losses.contains(.exif) { metadata.exif = nil }
    if losses.contains(.xmp) { metadata.xmp = nil }
    return metadata
  }
}

/// Whether libvips can keep the colours of invisible pixels in WebP, which old versions cannot. To
/// be asked before libvips is in use.
private let keepsHiddenColors: Bool = {
  let pixel: [UInt8] = [1, 2, 3, 0]
  let file = pixel.withUnsafeBytes { samples in
    try? withLibvips(failure: ImageFileError.notWritten) {
      LibvipsImage(samples: samples, isWide: false, width: 1, height: 1, bands: 4)?
        .encoded(as: ".webp[lossless,exact]")
    }
  }
  return file != nil
}()

extension PixelBuffer {
  /// Whether pixels that are invisible, by an alpha of 0, have colours other than black.
  fileprivate var hidesColors: Bool {
    guard format.hasAlpha else { return false }
    let (step, samples) = (format.channels, converted(toDepth: 8).samples)
    return stride(from: 0, to: samples.count, by: step).contains { pixel in
      samples[pixel + step - 1] == 0 && samples[pixel..<pixel + step - 1].contains { $0 > 0 }
    }
  }
}
