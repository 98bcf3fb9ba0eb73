/// One point of a rate–distortion curve.
package struct RatePoint: Sendable, Hashable {
  /// The rate, positive: bits per pixel, or bytes; the same unit on all curves.
  package let rate: Double
  /// The quality, in decibels: a PSNR, or an MS-SSIM by ``msSSIMDecibels(_:)``.
  package let quality: Double

  /// Creates a point.
  package init(rate: Double, quality: Double) {
    self.rate = rate
    self.quality = quality
  }
}

/// The Bjøntegaard delta rate: by how much the files of one codec are larger than those of another
/// at equal quality, as a ratio; −0.2 means a fifth smaller.
///
/// G. Bjøntegaard, "Calculation of average PSNR differences between RD-curves", VCEG-M33, 2001. The
/// mean difference of the logarithms of the rates, taken over the range of quality that both curves
/// cover, each interpolated by a ``MonotoneCubic`` (PCHIP) over quality. The order of the points
/// does not matter.
package func bdRate(
  of test: [RatePoint], against anchor: [RatePoint]
) throws(MetricError) -> Double {
  let (test, anchor) = (try sortedUsable(test), try sortedUsable(anchor))
  let lower = max(test[0].quality, anchor[0].quality)
  let upper = min(test[test.count - 1].quality, anchor[anchor.count - 1].quality)
  guard lower < upper else { throw .noCommonRange }
  let difference =
    logarithmOfRate(test).integral(from: lower, to: upper)
    - logarithmOfRate(anchor).integral(from: lower, to: upper)
  return (difference / (upper - lower)).exponential - 1
}

/// The points by rising quality.
private func sortedUsable(_ curve: [RatePoint]) throws(MetricError) -> [RatePoint] {
  let sorted = curve.sorted { $0.quality < $1.quality }
  let areFinite = sorted.allSatisfy { $0.rate.isFinite && $0.rate > 0 && $0.quality.isFinite }
  let areDistinct = zip(sorted, sorted.dropFirst()).allSatisfy { $0.quality < $1.quality }
  guard sorted.count >= 2, areFinite, areDistinct else { throw .curveNotUsable }
  return sorted
}

/// The logarithm of the rate as a curve over quality.
private func logarithmOfRate(_ sorted: [RatePoint]) -> MonotoneCubic {
  MonotoneCubic(x: sorted.map(\.quality), y: sorted.map(\.rate.naturalLogarithm))
}
