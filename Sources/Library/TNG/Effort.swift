/// How long an encoder searches for a smaller file of the same quality. Files of any effort decode
/// equally fast.
///
/// What some efforts take and bring stands in `Documentation/Results.md`, "TNG by effort".
public struct Effort: Sendable, Hashable, Comparable {
  /// The effort, 0 (fastest) … 9 (smallest file).
  public let level: Int

  /// Creates an effort, or nil if `level` is not 0 … 9.
  public init?(level: Int) {
    guard Self.passes.indices.contains(level) else { return nil }
    self.level = level
  }

  /// The effort used when none is asked for.
  public static let standard = Effort(level: 1)!

  /// The passes of refinement of each effort.
  private static let passes = [0, 1, 2, 3, 4, 6, 9, 14, 22, 40]

  /// The number of passes of refinement.
  package var passes: Int { Self.passes[level] }

  /// Orders by level.
  public static func < (a: Effort, b: Effort) -> Bool { a.level < b.level }
}
