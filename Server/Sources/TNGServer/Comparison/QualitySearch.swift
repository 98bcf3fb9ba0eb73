import Foundation

/// Trials of one format, each made once, to find the quality that meets a target.
struct QualitySearch {
  /// Something that grows with quality, nearly linearly.
  struct Measure: Sendable {
    /// How much it usually grows with a step of quality.
    let slope: Double
    /// The measure of a trial.
    let value: @Sendable (Trial) -> Double

    /// The natural logarithm of the file's size.
    static let logarithmicSize = Measure(slope: 0.04) { log(Double($0.file.count)) }
    /// The PSNR in decibels.
    static let psnr = Measure(slope: 0.15) { $0.psnr }
  }

  private let start: Int
  private let attempt: (Int) throws -> Trial
  private var trials: [Int: Trial] = [:]

  /// Prepares the search; `attempt` makes the trial of a quality, 1 … 100. The first is that of `start`.
  init(from start: Int, _ attempt: @escaping (Int) throws -> Trial) {
    self.start = start
    self.attempt = attempt
  }

  /// The trial of the lowest quality whose measure reaches that of another format, or of quality 100 if none does.
  ///
  /// A higher quality is taken to measure higher, which holds but for neighbours now and then. Steps
  /// follow a straight line, so that about four trials are enough, and two or three more for another
  /// measure of the same picture. Where they are not, every second step halves what is left.
  mutating func lowest(reaching other: Trial, by measure: Measure) throws -> Trial {
    let target = measure.value(other)
    var known = trials.mapValues(measure.value)
    var steps = 0
    while true {
      // All up to `low` is too low, and `high` is enough, or 100.
      let low = known.filter { $0.value < target }.keys.max() ?? 0
      let high = known.filter { $0.value >= target && $0.key > low }.keys.min() ?? 100
      guard high - low > 1 else { return try trial(high) }
      steps += 1
      let estimate =
        steps > 5 && steps % 2 == 0
        ? nil : Self.estimate(of: target, from: known, slope: measure.slope)
      let quality = estimate ?? (known.isEmpty ? start : (low + high) / 2)
      let next = min(max(quality, low + 1), high - 1)
      known[next] = measure.value(try trial(next))
    }
  }

  /// The quality, 1 … 100, at which a straight line reaches a target: through the two measures that
  /// are nearest to it, or with a slope through the only one; nil if there is none.
  private static func estimate(
    of target: Double, from measures: [Int: Double], slope: Double
  ) -> Int? {
    let nearest = measures.filter(\.value.isFinite)
      .sorted { (abs($0.value - target), $0.key) < (abs($1.value - target), $1.key) }
    guard let first = nearest.first else { return nil }
    let slope =
      nearest.dropFirst().first.map {
        ($0.value - first.value) / Double($0.key - first.key)
      }.flatMap { $0 > 0 ? $0 : nil } ?? slope
    let quality = (Double(first.key) + (target - first.value) / slope).rounded(.up)
    return Int(min(max(quality, 1), 100))
  }

  private mutating func trial(_ quality: Int) throws -> Trial {
    if let known = trials[quality] { return known }
    let trial = try attempt(quality)
    trials[quality] = trial
    return trial
  }
}
