/// Trials of one format, each made once, to find the quality that meets a target.
struct QualitySearch {
  private let attempt: (Int) throws -> Trial
  private var trials: [Int: Trial] = [:]

  /// Prepares the search; `attempt` makes the trial of a quality, 1 … 100.
  init(_ attempt: @escaping (Int) throws -> Trial) {
    self.attempt = attempt
  }

  /// The trial of the lowest quality whose measure reaches a target, or of quality 100 if none does.
  ///
  /// A higher quality is taken to measure higher, which holds but for neighbours now and then.
  /// Steps take turns between halving and a straight line through the measures at both ends, which
  /// needs half as many trials as halving alone.
  mutating func lowest(
    reaching target: Double, _ measure: (Trial) -> Double
  ) throws -> Trial {
    let known = trials.mapValues(measure)
    // All up to `low` is too low, and `high` is enough, or 100.
    var low = known.filter { $0.value < target }.keys.max() ?? 0
    var high = known.filter { $0.value >= target && $0.key > low }.keys.min() ?? 100
    var isLine = true
    while high - low > 1 {
      let middle = isLine ? line(low, high, target, measure) : nil
      let quality = middle ?? (low + high) / 2
      if measure(try trial(quality)) >= target { high = quality } else { low = quality }
      isLine.toggle()
    }
    return try trial(high)
  }

  /// Where a straight line through two trials reaches a target, strictly between them; nil unless
  /// both are known and it lies between theirs.
  private func line(
    _ low: Int, _ high: Int, _ target: Double, _ measure: (Trial) -> Double
  ) -> Int? {
    guard let below = trials[low].map(measure), let above = trials[high].map(measure),
      below < target, target <= above, above.isFinite
    else { return nil }
    let step = Double(high - low) * (target - below) / (above - below)
    return min(max(low + Int(step.rounded(.up)), low + 1), high - 1)
  }

  private mutating func trial(_ quality: Int) throws -> Trial {
    if let known = trials[quality] { return known }
    let trial = try attempt(quality)
    trials[quality] = trial
    return trial
  }
}
