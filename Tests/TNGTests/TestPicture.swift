import Pixels
import TNG

/// Pictures made by formulas: smooth colours, an edge, a little texture.
func testPicture(width: Int, height: Int, format: PixelFormat = .rgb) -> Picture {
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

/// A page with lines of something like letters, and a photograph-like part in its middle.
func mixedPicture(width: Int, height: Int, format: PixelFormat = .rgb) -> Picture {
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

/// Encodes without loss.
func losslessly(_ picture: Picture, threads: Int = 2) throws(TNGError) -> [UInt8] {
  try TNGEncoder(options: .init(target: .lossless, threads: threads)).encode(picture)
}

/// Encodes by the network alone, with default options but for these.
func encoded(
  _ picture: Picture, level: Int = 31, tuning: Tuning = .psnr, threads: Int = 2
) throws(TNGError) -> [UInt8] {
  let target = TNGEncoder.Target.level(level)
  return try TNGEncoder(
    options: .init(target: target, tuning: tuning, graphics: .never, threads: threads)
  ).encode(picture)
}
