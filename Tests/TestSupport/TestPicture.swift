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

/// A page with lines of something like letters, and a photograph-like part in its middle.
package func mixedPicture(
  width: Int, height: Int, format: PixelFormat = .rgb
) -> Picture {
  var state: UInt32 = 7
  let noise = (0..<width * height).map { _ -> Int in
    state = state &* 1_664_525 &+ 1_013_904_223
    return Int(state >> 28)
  }
  var pixels = testPicture(width: width, height: height, format: format).pixels.samples
  let (channels, colors) = (format.channels, format.isGray ? 1 : 3)
  for y in 0..<height {
    for x in 0..<width {
      let isPhotograph = (width / 3..<2 * width / 3).contains(x) && y > height / 3
      let isInk = y % 16 < 10 && (x / 3 * 7 + y / 3 * 5 + x / 48 * y / 16) % 5 < 2
      for color in 0..<colors {
        let at = (y * width + x) * channels + color
        pixels[at] =
          isPhotograph ? UInt8(min(Int(pixels[at]) + noise[y * width + x], 255)) : isInk ? 30 : 250
      }
    }
  }
  return Picture(
    pixels: PixelBuffer(width: width, height: height, format: format, samples: pixels))
}
