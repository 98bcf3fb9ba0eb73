/// A quality on the usual scale, from 0 for the smallest file to 100 for the best picture.
///
/// A model has quality levels, evenly spread over the scale; a file names its level. What a quality
/// means in bits per pixel and decibels stands in `Documentation/Results.md`.
public struct Quality: Sendable, Hashable, Comparable {
  /// 0 … 100.
  public let percent: Double

  /// Creates a quality, or nil if `percent` is not 0 … 100.
  public init?(percent: Double) {
    guard (0...100).contains(percent) else { return nil }
    self.percent = percent
  }

  /// The quality used when none is asked for.
  public static let standard = Quality(percent: 50)!

  /// The nearest of a model's levels.
  ///
  /// - Parameter count: the number of levels, at least 1.
  package func level(of count: Int) -> Int { Int((percent * Double(count - 1) / 100).rounded()) }

  /// Orders by percentage.
  public static func < (a: Quality, b: Quality) -> Bool { a.percent < b.percent }
}
