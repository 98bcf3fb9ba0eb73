public import Pixels

/// The multi-scale structural similarity of two pictures, 0 … 1.
///
/// Z. Wang, E. P. Simoncelli and A. C. Bovik, "Multiscale structural similarity for image quality
/// assessment", Asilomar 2003: five scales, a Gaussian window of 11×11 and standard deviation 1.5
/// at the positions where it is all inside, means of 2×2 between the scales, K1 = 0.01, K2 = 0.03.
/// It is computed for each colour and averaged; alpha is left out, pixels that are invisible in the
/// original count as equal, and samples of other depths are converted to 8 bits. The numbers are
/// those of `ms_ssim` in the Python package `pytorch-msssim`, which published results use.
///
/// - Throws: ``MetricError/pictureTooSmall(minimumSide:)`` when a side is under 161 pixels: the
///   window would not fit the fifth scale.
public func msSSIM(
  of decoded: PixelBuffer, against original: PixelBuffer
) throws(MetricError) -> Double {
  try checkComparable(decoded, original)
  let minimumSide = (window.count - 1) << (scaleWeights.count - 1) + 1
  guard min(original.width, original.height) >= minimumSide else {
    throw .pictureTooSmall(minimumSide: minimumSide)
  }
  let (decoded, original) = visible(
    decoded.converted(toDepth: 8), original.converted(toDepth: 8))
  let colors = 0..<original.format.colors
  let sum = colors.reduce(0) { sum, color in
    sum + msSSIM(SamplePlane(decoded, color: color), SamplePlane(original, color: color))
  }
  return sum / Double(colors.count)
}

/// An MS-SSIM in decibels, −10·log10(1 − MS-SSIM), the scale on which curves are drawn and
/// compared; infinity for equal pictures.
public func msSSIMDecibels(_ msSSIM: Double) -> Double {
  -(1 - msSSIM).decibels
}

/// The weights of the scales, finest first.
private let scaleWeights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]

/// The Gaussian window, along one axis.
private let window: [Double] = {
  let taps = (-5...5).map { (Double(-$0 * $0) / (2 * 1.5 * 1.5)).exponential }
  let sum = taps.reduce(0, +)
  return taps.map { $0 / sum }
}()

/// The MS-SSIM of one colour: the product over the scales of contrast·structure, at the coarsest
/// scale with luminance, each to the power of its weight. Negative similarities count as 0.
private func msSSIM(_ a: SamplePlane, _ b: SamplePlane) -> Double {
  var (a, b) = (a, b)
  var product = 1.0
  for weight in scaleWeights.dropLast() {
    product *= max(0, meanSimilarity(a, b).contrastStructure).raised(to: weight)
    (a, b) = (a.halved(), b.halved())
  }
  let coarsest = meanSimilarity(a, b).luminanceContrastStructure
  return product * max(0, coarsest).raised(to: scaleWeights[scaleWeights.count - 1])
}

/// The means over all positions of contrast·structure and of luminance·contrast·structure.
private func meanSimilarity(
  _ a: SamplePlane, _ b: SamplePlane
) -> (contrastStructure: Double, luminanceContrastStructure: Double) {
  let c1 = (0.01 * 255) * (0.01 * 255)
  let c2 = (0.03 * 255) * (0.03 * 255)
  let (meanA, meanB) = (a.filtered(by: window).samples, b.filtered(by: window).samples)
  let squareA = (a * a).filtered(by: window).samples
  let squareB = (b * b).filtered(by: window).samples
  let productAB = (a * b).filtered(by: window).samples
  var (contrastSum, luminanceSum) = (0.0, 0.0)
  for k in meanA.indices {
    let (aa, bb, ab) = (meanA[k] * meanA[k], meanB[k] * meanB[k], meanA[k] * meanB[k])
    let contrast = (2 * (productAB[k] - ab) + c2) / (squareA[k] - aa + squareB[k] - bb + c2)
    contrastSum += contrast
    luminanceSum += contrast * (2 * ab + c1) / (aa + bb + c1)
  }
  return (contrastSum / Double(meanA.count), luminanceSum / Double(meanA.count))
}
