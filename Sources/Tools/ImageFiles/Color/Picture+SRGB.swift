internal import Pixels

extension Picture {
  /// Converts the samples to sRGB by the profile, which is then no longer there. Grey stays grey.
  ///
  /// - Precondition: the depth is 8 or 16.
  /// - Throws: ``ImageFileError`` for a profile that cannot be used.
  mutating func convertToSRGB() throws {
    guard let profile = metadata.iccProfile else { return }
    if pixels.depth > 8 {
      let samples = try srgbSamples(by: profile, of: UInt16.self)
      pixels = PixelBuffer(
        width: pixels.width, height: pixels.height, format: pixels.format, depth: 16,
        wideSamples: samples)
    } else {
      let samples = try srgbSamples(by: profile, of: UInt8.self)
      pixels = PixelBuffer(
        width: pixels.width, height: pixels.height, format: pixels.format, samples: samples)
    }
    metadata.iccProfile = nil
  }

  /// - Parameter type: the samples of the picture, of a byte for a depth of 8, or two for 16.
  private func srgbSamples<Sample: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    by profile: [UInt8], of type: Sample.Type
  ) throws -> [Sample] {
    let colors = try pixels.bytes.withUnsafeBytes { samples in
      try withLibvips(failure: ImageFileError.notWritten) { () -> [Sample]? in
        let image = LibvipsImage(
          samples: samples, isWide: pixels.depth > 8, width: pixels.width, height: pixels.height,
          bands: pixels.format.channels)
        image?.setMetadata("icc-profile-data", profile)
        return image?.convertedFromProfile()?.copySamples(as: type)
      }
    }
    // libvips gives grey as equal red, green and blue.
    var block = SampleBlock(colors, bands: pixels.format.hasAlpha ? 4 : 3, white: Int(Sample.max))
    if pixels.format.isGray { block.keep(pixels.format.hasAlpha ? [0, 3] : [0]) }
    return block.samples
  }
}
