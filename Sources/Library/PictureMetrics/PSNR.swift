public import Pixels

/// The peak signal-to-noise ratio over the colour samples of two pictures, in decibels.
///
///     10·log10(255² / mean of (decoded − original)²)
///
/// The mean is over all samples of all colours together; alpha is left out, and so are pixels that
/// are invisible in the original, by an alpha of 0. Equal pictures give infinity, and so does an
/// original of which nothing is visible. Samples of other depths are converted to 8 bits.
public func psnr(
  of decoded: PixelBuffer, against original: PixelBuffer
) throws(MetricError) -> Double {
  try checkComparable(decoded, original)
  return SquaredErrors(of: decoded.converted(toDepth: 8), against: original.converted(toDepth: 8))
    .psnr
}

/// Throws unless the pictures agree in size and in being grey.
func checkComparable(_ a: PixelBuffer, _ b: PixelBuffer) throws(MetricError) {
  guard a.width == b.width, a.height == b.height else { throw .sizesDiffer }
  guard a.format.isGray == b.format.isGray else { throw .colorsDiffer }
}

/// The squared differences of all colour samples of two pictures that are visible in the original.
package struct SquaredErrors {
  /// Their sum.
  package let sum: Int
  private let count: Int

  /// - Precondition: the pictures agree in size and in being grey, and have 8 bits a sample.
  package init(of a: PixelBuffer, against b: PixelBuffer) {
    let (aSamples, bSamples) = (a.samples, b.samples)
    let (aStride, bStride) = (a.format.channels, b.format.channels)
    let hidden = b.invisiblePixels
    var sum = 0
    for color in 0..<a.format.colors {
      for pixel in 0..<a.width * a.height {
        if hidden?[pixel] == true { continue }
        let difference =
          Int(aSamples[pixel * aStride + color]) - Int(bSamples[pixel * bStride + color])
        sum += difference * difference
      }
    }
    self.sum = sum
    count = Self.count(in: b)
  }

  private static func count(in picture: PixelBuffer) -> Int {
    let hidden = picture.invisiblePixels?.count(where: \.self) ?? 0
    return (picture.width * picture.height - hidden) * picture.format.colors
  }

  /// The PSNR in decibels, infinity for a sum of 0.
  package var psnr: Double { sum == 0 ? .infinity : (Self.peak(count) / Double(sum)).decibels }

  /// The largest sum with which a picture has at least this PSNR against `original`, less than 0 if
  /// none has: what a search for a PSNR compares, in integers.
  package static func largestSum(psnr decibels: Double, of original: PixelBuffer) -> Int {
    let count = count(in: original)
    // The last digits of the power must not shut out a sum that is met exactly.
    let bound = peak(count) / decibels.ratioFromDecibels * (1 + 1e-12)
    guard bound >= 0 else { return -1 }
    return Int(min(bound, peak(count)))
  }

  /// The largest sum of `count` squared differences.
  private static func peak(_ count: Int) -> Double { 255 * 255 * Double(count) }
}
