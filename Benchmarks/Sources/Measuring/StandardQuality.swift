public import Pixels
public import TNG

/// The rate at which all codecs are compared, in bits per pixel.
private let standardRate = 0.5

/// The best quality, on a scale from `coarsest` to `finest`, at which all pictures together take at
/// most half a bit a pixel.
///
/// - Parameter bytes: the size of a picture's file at a quality.
public func standardQuality(
  coarsest: Double, finest: Double, bytes: (PixelBuffer, Double) throws -> Int
) throws -> Double {
  let pictures = try pictures("0.4 MP")
  let limit = pictures.reduce(0) { $0 + standardRate / 8 * Double($1.width * $1.height) }
  var (coarse, fine) = (coarsest, finest)
  for _ in 0..<7 {
    let middle = (coarse + fine) / 2
    let sum = try pictures.reduce(0) { $0 + (try bytes($1, middle)) }
    if Double(sum) <= limit { coarse = middle } else { fine = middle }
  }
  return coarse
}

/// The quality of TNG that gives this rate with an effort.
public func standardQuality(effort: Effort) throws -> Quality {
  func quality(_ percent: Double) -> Quality { Quality(percent: percent) ?? .standard }
  let percent = try standardQuality(coarsest: 0, finest: 100) { picture, percent in
    let encoder = TNGEncoder(
      options: .init(target: .quality(quality(percent)), effort: effort, threads: 2))
    return try encoder.encode(Picture(pixels: picture)).count
  }
  return quality(percent)
}
