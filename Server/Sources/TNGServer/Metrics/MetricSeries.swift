import CoreMetrics
import Synchronization

/// Numbers that Prometheus reads as lines of text.
protocol MetricSeries: Sendable {
  /// `counter`, `gauge` or `histogram`.
  static var type: String { get }

  /// The lines of a series; `labels` are as they stand between braces.
  func lines(name: String, labels: String) -> [String]
}

/// A number that only grows.
final class CounterSeries: MetricSeries, CounterHandler {
  static let type = "counter"
  private let value = Mutex<Int64>(0)

  func increment(by amount: Int64) { value.withLock { $0 &+= amount } }

  func reset() { value.withLock { $0 = 0 } }

  func lines(name: String, labels: String) -> [String] {
    ["\(name){\(labels)} \(value.withLock { $0 })"]
  }
}

/// A number that grows and shrinks.
final class GaugeSeries: MetricSeries, MeterHandler {
  static let type = "gauge"
  private let value = Mutex(0.0)

  func set(_ number: Int64) { set(Double(number)) }

  func set(_ number: Double) { value.withLock { $0 = number } }

  func increment(by amount: Double) { value.withLock { $0 += amount } }

  func decrement(by amount: Double) { value.withLock { $0 -= amount } }

  func lines(name: String, labels: String) -> [String] {
    ["\(name){\(labels)} \(value.withLock { $0 })"]
  }
}

/// How many of some measurements lie under each of some bounds: times in seconds, or plain numbers.
final class HistogramSeries: MetricSeries, TimerHandler, RecorderHandler {
  static let type = "histogram"
  private static let bounds = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
  ]

  private struct State {
    var counts = [Int](repeating: 0, count: HistogramSeries.bounds.count)
    var count = 0
    var sum = 0.0
  }

  private let state = Mutex(State())

  func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    state.withLock { state in
      if let bucket = Self.bounds.firstIndex(where: { value <= $0 }) { state.counts[bucket] += 1 }
      state.count += 1
      state.sum += value
    }
  }

  func lines(name: String, labels: String) -> [String] {
    let state = state.withLock { $0 }
    let prefix = labels.isEmpty ? "" : labels + ","
    var below = 0
    let buckets = zip(Self.bounds, state.counts).map { bound, count in
      below += count
      return "\(name)_bucket{\(prefix)le=\"\(bound)\"} \(below)"
    }
    return buckets + [
      "\(name)_bucket{\(prefix)le=\"+Inf\"} \(state.count)",
      "\(name)_sum{\(labels)} \(state.sum)",
      "\(name)_count{\(labels)} \(state.count)",
    ]
  }
}
