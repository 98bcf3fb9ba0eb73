public import Pixels

extension PixelBuffer {
  /// The picture with its grey, if it has, as equal red, green and blue of 8 bits.
  public var colored: PixelBuffer {
    guard format.isGray else { return self }
    let gray = converted(toDepth: 8).samples
    let samples = stride(from: 0, to: gray.count, by: format.channels).flatMap { pixel in
      [gray[pixel], gray[pixel]] + gray[pixel..<pixel + format.channels]
    }
    return PixelBuffer(
      width: width, height: height, format: PixelFormat(isGray: false, hasAlpha: format.hasAlpha),
      samples: samples)
  }
}
