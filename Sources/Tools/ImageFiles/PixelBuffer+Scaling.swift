public import Pixels

extension PixelBuffer {
  /// The picture made smaller, with its shape kept, to fit a width and a height; the picture itself
  /// when it fits.
  ///
  /// The filter is libvips's for making pictures smaller, Lanczos with three lobes. Colours count
  /// by their alpha. Samples become 8 bits.
  ///
  /// - Precondition: `width` and `height` are at least 1.
  /// - Throws: ``ImageFileError``.
  public func shrunk(toWidth width: Int, height: Int = .max) throws -> PixelBuffer {
    precondition(width > 0 && height > 0, "a picture has at least one pixel")
    guard width < self.width || height < self.height else { return self }
    return try converted(toDepth: 8).samples.withUnsafeBytes { samples in
      try withLibvips(failure: ImageFileError.unsupported) {
        let image = LibvipsImage(
          samples: samples, isWide: false, width: self.width, height: self.height,
          bands: format.channels)
        guard let small = image?.shrunk(toWidth: width, height: height),
          let samples = small.copySamples(as: UInt8.self)
        else { return nil }
        return PixelBuffer(
          width: small.width, height: small.height, format: format, samples: samples)
      }
    }
  }
}
