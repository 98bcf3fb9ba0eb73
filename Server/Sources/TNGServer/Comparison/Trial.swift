import Foundation
import Pixels
import PictureMetrics
import TNG

/// A picture's file in one format at one quality, and what it decodes to.
struct Trial: Sendable {
  /// The format of the file.
  let format: PictureFormat
  /// The quality on the format's own scale.
  let quality: Int
  /// The file.
  let file: [UInt8]
  /// The picture that the file decodes to.
  let decoded: PixelBuffer
  /// Against the original, in decibels; infinite when nothing is lost.
  let psnr: Double
  /// How long encoding took, by the clock.
  let encodeSeconds: Double
  /// How long decoding took, by the clock.
  let decodeSeconds: Double

  /// Encodes a picture in red, green and blue, and decodes it again.
  init(_ original: Picture, format: PictureFormat, quality: Int, coder: PictureCoder) throws {
    self.format = format
    self.quality = quality
    let file = try timed { try coder.write(original, as: format, quality: quality) }
    let picture = try timed { try coder.read(file.result) }
    self.file = file.result
    decoded = picture.result.pixels
    psnr = try PictureMetrics.psnr(of: decoded, against: original.pixels)
    encodeSeconds = file.seconds
    decodeSeconds = picture.seconds
  }
}

/// The result of some work, and how long it took.
func timed<Result>(_ work: () throws -> Result) rethrows -> (result: Result, seconds: Double) {
  let start = ContinuousClock.now
  let result = try work()
  return (result, (ContinuousClock.now - start) / .seconds(1))
}
