/// Trials of one format, each made once, to find the quality that meets a target.
struct QualitySearch {
  /// Where a search begins: two usual qualities.
  private static let starts = [40, 70]

  private let attempt: (Int) throws -> Trial
  private var trials: [Int: Trial] = [:]

  /// Prepares the search; `attempt` makes the trial of a quality, 1 … 100.
  init(_ attempt: @escaping (Int) throws -> Trial) {
    self.attempt = attempt
  }

  /// The trial of the lowest quality whose measure reaches a target, or of quality 100 if none does.
  ///
  /// A higher quality is taken to measure higher, which holds but for neighbours now and then. Two
  /// steps of three follow the straight line through the trials nearest to the target. PSNR and the
  /// logarithm of the size are nearly linear in quality, so that about five trials are enough, and
  /// two or three more for another target.
  mutating func lowest(
    reaching target: Double, _ measure: (Trial) -> Double
  ) throws -> Trial {
    var known = trials.mapValues(measure)
    var steps = 0
    while true {
      // All up to `low` is too low, and `high` is enough, or 100.
      let low = known.filter { $0.value < target }.keys.max() ?? 0
      let high = known.filter { $0.value >= target && $0.key > low }.keys.min() ?? 100
      guard high - low > 1 else { return try trial(high) }
      steps += 1
      let inside = low + 1...high - 1
      let start = known.count < 2 ? Self.starts.first { known[$0] == nil && inside ~= $0 } : nil
      let line = steps % 3 == 0 ? nil : Self.line(through: known, to: target, in: inside)
      let quality = start ?? line ?? (low + high) / 2
      known[quality] = measure(try trial(quality))
    }
  }

  /// The quality at which the straight line through the two measures nearest to a target reaches it;
  /// nil if there is none.
  private static func line(
    through measures: [Int: Double], to target: Double, in range: ClosedRange<Int>
  ) -> Int? {
    let nearest = measures.filter(\.value.isFinite)
      .sorted { (abs($0.value - target), $0.key) < (abs($1.value - target), $1.key) }
    guard nearest.count > 1, nearest[0].value != nearest[1].value else { return nil }
    let (a, b) = (nearest[0], nearest[1])
    let quality = Double(a.key) + (target - a.value) * Double(b.key - a.key) / (b.value - a.value)
    return Int(min(max(quality.rounded(.up), Double(range.lowerBound)), Double(range.upperBound)))
  }

  private mutating func trial(_ quality: Int) throws -> Trial {
    if let known = trials[quality] { return known }
    let trial = try attempt(quality)
    trials[quality] = trial
    return trial
  }
}
