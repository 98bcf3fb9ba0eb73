internal import Pixels

extension Picture {
  /// Converts the samples to sRGB by the profile, which is then no longer there. Grey stays grey.
  ///
  /// - Throws: ``ImageFileError`` for a profile that cannot be used.
  mutating func convertToSRGB() throws {
    guard let profile = metadata.iccProfile else { return }
    let pixels = pixels
    let colors = try pixels.samples.withUnsafeBytes { samples in
      try withLibvips(failure: ImageFileError.notWritten) { () -> [UInt8]? in
        let image = LibvipsImage(
          samples: samples, width: pixels.width, height: pixels.height,
          bands: pixels.format.channels)
        image?.setMetadata("icc-profile-data", profile)
        return image?.convertedFromProfile()?.copySamples(as: UInt8.self)
      }
    }
    // libvips gives grey as equal red, green and blue.
    var block = SampleBlock(colors, bands: pixels.format.hasAlpha ? 4 : 3, white: 255)
    if pixels.format.isGray { block.keep(pixels.format.hasAlpha ? [0, 3] : [0]) }
    self.pixels = PixelBuffer(
      width: pixels.width, height: pixels.height, format: pixels.format, samples: block.reduced)
    metadata.iccProfile = nil
  }
}
