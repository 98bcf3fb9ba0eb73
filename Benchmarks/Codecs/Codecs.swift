import Benchmark
import Measuring
import Pixels

/// All codecs in turn on the same picture, again and again, so that what disturbs one disturbs the
/// others.
let benchmarks: @Sendable () -> Void = {
  measure("0.4 MP", iterations: 24)
  measure("2 MP", iterations: 7)
  measure("24 MP", iterations: 3)
}

/// Registers a benchmark of the pictures of a folder.
private func measure(_ folder: String, iterations: Int) {
  let metrics =
    [kilopixels]
    + Codec.names.flatMap { name in
      [rate(of: name)] + measuredTimes.flatMap { [$0.metric(name), $0.ratio(name)] }
    }
  var codecs: [Codec] = []
  var pixels: [PixelBuffer] = []
  Benchmark(
    folder,
    configuration: .init(
      metrics: metrics, warmupIterations: 0, maxDuration: .seconds(600), maxIterations: iterations)
  ) { benchmark in
    if codecs.isEmpty { (codecs, pixels) = (try Codec.all(), try pictures(folder)) }
    try measure(codecs, pixels[benchmark.currentIteration % pixels.count], for: benchmark)
  }
}

/// Measures each codec once with one thread and once with two.
private func measure(_ codecs: [Codec], _ picture: PixelBuffer, for benchmark: Benchmark) throws {
  benchmark.measurement(kilopixels, picture.width * picture.height / 1000)
  for threads in 1...2 {
    var times: [MeasuredTime: Double] = [:]
    for codec in codecs {
      let result = try codec.measure(picture, threads: threads)
      let pixels = Double(picture.width * picture.height)
      benchmark.measurement(rate(of: codec.name), Int(8000 * Double(result.bytes) / pixels))
      for (direction, time) in [("encode", result.encode), ("decode", result.decode)] {
        let measured = MeasuredTime(direction: direction, threads: threads)
        // TNG is the first.
        let own = times[measured] ?? time
        times[measured] = own
        benchmark.measurement(measured.metric(codec.name), Int(time))
        benchmark.measurement(measured.ratio(codec.name), Int(1000 * own / time))
      }
    }
  }
}

private let kilopixels = BenchmarkMetric.custom("kilopixels", useScalingFactor: false)

/// What a codec's file takes, in thousandths of a bit a pixel.
private func rate(of name: String) -> BenchmarkMetric {
  .custom("rate/\(name)", useScalingFactor: false)
}

/// What is timed of a codec.
private struct MeasuredTime: Hashable {
  let direction: String
  let threads: Int

  /// The time, in microseconds.
  func metric(_ name: String) -> BenchmarkMetric {
    .custom("\(direction)/\(name)/\(threads)", useScalingFactor: false)
  }

  /// TNG's time in thousandths of that time.
  func ratio(_ name: String) -> BenchmarkMetric {
    .custom("ratio/\(direction)/\(name)/\(threads)", useScalingFactor: false)
  }
}

private let measuredTimes = ["encode", "decode"].flatMap { direction in
  (1...2).map { MeasuredTime(direction: direction, threads: $0) }
}
