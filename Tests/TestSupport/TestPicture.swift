package import Pixels

/// Pictures made by formulas: smooth colours, an edge, a little texture.
package func testPicture(
  width: Int, height: Int, format: PixelFormat = .rgb
) -> Picture {
  var samples: [UInt8] = []
  for i in 0..<height {
    for j in 0..<width {
      let edge = 2 * i + 3 * j > height + width ? 60 : 0
      let texture = (i / 9 + j / 12) % 3 * 8
      let red = 90 + i * 60 / height + edge + texture
      let green = 80 + j * 60 / width + edge
      let blue = 100 + edge - texture
      let alpha =
        (i - height / 2) * (i - height / 2) + j * j < width * height / 4 ? 255 : j * 7 % 64
      samples += (format.isGray ? [green] : [red, green, blue]).map { UInt8($0) }
      if format.hasAlpha { samples.append(UInt8(alpha)) }
    }
  }
  return Picture(
    pixels: PixelBuffer(width: width, height: height, format: format, samples: samples))
}

/// The same picture in another depth, with digits below those of 8 bits that differ by place.
package func widePicture(width: Int, height: Int, format: PixelFormat, depth: Int) -> Picture {
  let pixels = testPicture(width: width, height: height, format: format).pixels
  guard depth > 8 else { return Picture(pixels: pixels.converted(toDepth: depth)) }
  let largest = UInt16(1 << depth - 1)
  let samples = pixels.converted(toDepth: depth).wideSamples.enumerated().map { index, sample in
    sample == largest ? sample : sample & ~3 | UInt16(index % 3)
  }
  return Picture(
    pixels: PixelBuffer(
      width: width, height: height, format: format, depth: depth, wideSamples: samples))
}

/// Random samples, from the same numbers on every run.
package func noise(width: Int, height: Int, format: PixelFormat, seed: UInt64 = 1) -> PixelBuffer {
  var random = SeededGenerator(seed: seed)
  let samples = (0..<width * height * format.channels).map { _ in
    UInt8.random(in: 0...255, using: &random)
  }
  return PixelBuffer(width: width, height: height, format: format, samples: samples)
}
