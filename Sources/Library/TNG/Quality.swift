package import Models

/// A quality on the usual scale, from 0 for the smallest file to 100 for the best picture.
///
/// With the model that encoders use when they are not told (``Tuning/perceptual``) a number means
/// the same to the eye: 30 is medium quality with a SSIMULACRA2 of 50, 50 good with 65, 80 very good
/// with 82, as a mean over photographs, and between these equal steps are equal steps of that
/// score. Other models spread their levels evenly over the scale. What a quality means in bits per
/// pixel stands in `Documentation/Results.md`.
public struct Quality: Sendable, Hashable, Comparable {
  /// 0 … 100.
  public let percent: Double

  /// Creates a quality, or nil if `percent` is not 0 … 100.
  public init?(percent: Double) {
    guard (0...100).contains(percent) else { return nil }
    self.percent = percent
  }

  /// The quality used when none is asked for: SSIMULACRA2 is about 80, where people who look at
  /// original and picture side by side do not notice a difference.
  public static let standard = Quality(percent: 75)!

  /// The level of a model that comes nearest.
  package func level(of model: ModelProperties) -> Int {
    let last = Double(model.levelCount - 1)
    guard model.objective == .perceptual else { return Int((percent * last / 100).rounded()) }
    var (lower, upper) = ((percent: 0.0, level: 0.0), (percent: 100.0, level: last))
    for (percent, lambda) in Self.lambdas {
      let point = (percent: percent, level: model.place(ofLambda: lambda))
      if percent <= self.percent { lower = point } else if percent < upper.percent { upper = point }
    }
    guard lower.percent < upper.percent else { return Int(last) }
    let part = (percent - lower.percent) / (upper.percent - lower.percent)
    return Int((lower.level + part * (upper.level - lower.level)).rounded())
  }

  /// λ at some qualities by the perceptual model, for the SSIMULACRA2 that ``Quality`` tells
  /// (Documentation/Decisions/0015-the-scale-of-qualities.md).
  private static let lambdas: [(percent: Double, lambda: Double)] = [
    (30, 0.00562), (50, 0.0151), (65, 0.0330), (80, 0.114), (90, 0.288),
  ]

  /// Orders by percentage.
  public static func < (a: Quality, b: Quality) -> Bool { a.percent < b.percent }
}

extension ModelProperties {
  /// The level that has a λ, or the place between two.
  fileprivate func place(ofLambda lambda: Double) -> Double {
    let scaled = lambda * 16_777_216
    guard let upper = lambdas.firstIndex(where: { Double($0) >= scaled }) else {
      return Double(levelCount - 1)
    }
    guard upper > 0 else { return 0 }
    let (below, above) = (Double(lambdas[upper - 1]), Double(lambdas[upper]))
    return Double(upper - 1) + (scaled - below) / (above - below)
  }
}
