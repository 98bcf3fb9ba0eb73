public import Pixels

/// The peak signal-to-noise ratio over the colour samples of two pictures, in decibels.
///
///     10·log10(255² / mean of (decoded − original)²)
///
/// The mean is over all samples of all colours together; alpha is left out. Equal pictures give
/// infinity. The two pictures can change places.
public func psnr(
  of decoded: PixelBuffer, against original: PixelBuffer
) throws(MetricError) -> Double {
  try checkComparable(decoded, original)
  let count = original.width * original.height * original.format.colors
  return (255 * 255 * Double(count) / Double(sumOfSquaredErrors(decoded, original))).decibels
}

/// Throws unless the pictures agree in size and in being grey.
func checkComparable(_ a: PixelBuffer, _ b: PixelBuffer) throws(MetricError) {
  guard a.width == b.width, a.height == b.height else { throw .sizesDiffer }
  guard a.format.isGray == b.format.isGray else { throw .colorsDiffer }
}

/// The sum of the squared differences of all colour samples.
private func sumOfSquaredErrors(_ a: PixelBuffer, _ b: PixelBuffer) -> Int {
  let (aStride, bStride) = (a.format.channels, b.format.channels)
  var sum = 0
  for color in 0..<a.format.colors {
    for pixel in 0..<a.width * a.height {
      let difference =
        Int(a.samples[pixel * aStride + color]) - Int(b.samples[pixel * bStride + color])
      sum += difference * difference
    }
  }
  return sum
}

extension PixelFormat {
  /// The number of samples of a pixel that are not alpha: 1 or 3.
  var colors: Int { isGray ? 1 : 3 }
}
