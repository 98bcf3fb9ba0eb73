import CoreMetrics
import Synchronization

/// The metrics of this process, as Prometheus reads them (text format 0.0.4).
///
/// Names get the usual endings: `_total` for a counter, `_seconds` for a time.
final class PrometheusRegistry: MetricsFactory {
  /// The registry that the process's metrics go to, from the first use of it on.
  static let shared: PrometheusRegistry = {
    let registry = PrometheusRegistry()
    MetricsSystem.bootstrap(registry)
    return registry
  }()

  /// Series by name, then by labels.
  private let families = Mutex<[String: [String: any MetricSeries]]>([:])

  /// All metrics as text.
  var text: String {
    let families = families.withLock { $0 }.sorted { $0.key < $1.key }
    let lines = families.flatMap { name, series in
      let sorted = series.sorted { $0.key < $1.key }
      let type = sorted.first.map { Swift.type(of: $0.value).type } ?? "untyped"
      return ["# TYPE \(name) \(type)"]
        + sorted.flatMap { labels, series in series.lines(name: name, labels: labels) }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// The series of a name and labels, made by the first who asks.
  private func series<Series: MetricSeries>(
    _ label: String, _ dimensions: [(String, String)], ending: String,
    _ make: @Sendable () -> Series
  ) -> Series {
    let name = prometheusName(label) + (label.hasSuffix(ending) ? "" : ending)
    let labels = dimensions.map { "\(prometheusName($0))=\"\(escaped($1))\"" }
      .joined(separator: ",")
    return families.withLock { families in
      if let series = families[name]?[labels] as? Series { return series }
      let series = make()
      families[name, default: [:]][labels] = series
      return series
    }
  }
}

extension PrometheusRegistry {
  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    series(label, dimensions, ending: "_total") { CounterSeries() }
  }

  func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    series(label, dimensions, ending: "") { GaugeSeries() }
  }

  func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    series(label, dimensions, ending: "") { HistogramSeries() }
  }

  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    series(label, dimensions, ending: "_seconds") { HistogramSeries() }
  }

  // Series live as long as the process, so that a counter never begins anew.
  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyMeter(_ handler: any MeterHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}
  func destroyTimer(_ handler: any TimerHandler) {}
}

/// A name of letters, digits and underscores.
private func prometheusName(_ label: String) -> String {
  String(label.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
}

/// A label's value as it stands between quotes.
private func escaped(_ value: String) -> String {
  value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
}
