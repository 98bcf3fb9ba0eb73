public import Pixels

extension PixelBuffer {
  /// The picture with its grey, if it has, as equal red, green and blue.
  public var colored: PixelBuffer {
    guard format.isGray else { return self }
    let samples = stride(from: 0, to: samples.count, by: format.channels).flatMap { pixel in
      [self.samples[pixel], self.samples[pixel]] + self.samples[pixel..<pixel + format.channels]
    }
    return PixelBuffer(
      width: width, height: height, format: PixelFormat(isGray: false, hasAlpha: format.hasAlpha),
      samples: samples)
  }
}
