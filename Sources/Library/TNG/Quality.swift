/// A quality level: one of the 64 operating points of a model.
///
/// A step up makes a file 4 to 5 % larger. What a level means in bits per pixel and decibels stands in
/// `Documentation/Results.md`.
public struct Quality: Sendable, Hashable, Comparable {
  /// The level that a file stores, 0 (smallest file) … 63 (best picture).
  public let level: Int

  /// Creates a quality from a file's level.
  ///
  /// - Precondition: `level` is 0 … 63.
  public init(level: Int) {
    precondition((0...63).contains(level), "a quality level is 0 … 63")
    self.level = level
  }

  /// Creates a quality from a number on the usual scale, rounded to the nearest level.
  ///
  /// - Precondition: `percent` is 0 … 100.
  public init(percent: Double) {
    precondition((0...100).contains(percent), "a quality is 0 … 100")
    self.init(level: Int((percent * 63 / 100).rounded()))
  }

  /// The quality used when none is asked for.
  public static let standard = Quality(percent: 50)

  /// Orders by level.
  public static func < (a: Quality, b: Quality) -> Bool { a.level < b.level }
}
