import Benchmark
import CodecStages
import CNeuralKernels
import Measuring
import Pixels
import TNG

/// The stages of encoding and decoding, in turn for one picture after the other, with one thread
/// and with two.
let benchmarks: @Sendable () -> Void = {
  let metrics = CodecStages.Stage.allCases.flatMap { stage in
    [time(of: stage.rawValue, 1), time(of: stage.rawValue, 2), work(of: stage)]
  }
  let whole = ["encode", "refine", "decode"].flatMap { [time(of: $0, 1), time(of: $0, 2)] }
  var ways: [PictureStages] = []
  Benchmark(
    "stages",
    configuration: .init(
      metrics: metrics + whole + [unpack, symbols, pixels, peak], warmupIterations: 1,
      maxDuration: .seconds(120), maxIterations: 48)
  ) { benchmark in
    if ways.isEmpty {
      let quality = try standardQuality(effort: fastest)
      ways = try pictures("0.4 MP").map { PictureStages($0, quality: quality) }
    }
    try ways[benchmark.currentIteration % ways.count].measure(for: benchmark)
  }
}

/// Without refinement, encoding is the stages one after the other.
private let fastest = Effort(level: 0)!

private func time(of name: String, _ threads: Int) -> BenchmarkMetric {
  .custom("\(name)/\(threads)", useScalingFactor: false)
}
/// The multiply-adds a pixel.
private func work(of stage: CodecStages.Stage) -> BenchmarkMetric {
  .custom("\(stage.rawValue)/multiply-adds", useScalingFactor: false)
}
/// The time of unpacking the model.
private let unpack = BenchmarkMetric.custom("unpack", useScalingFactor: false)
private let symbols = BenchmarkMetric.custom("symbols", useScalingFactor: false)
private let pixels = BenchmarkMetric.custom("pixels", useScalingFactor: false)
private let peak = BenchmarkMetric.custom("peak", polarity: .prefersLarger, useScalingFactor: false)

/// A picture, ready to go through every stage.
private struct PictureStages {
  let picture: Picture
  let stages: CodecStages
  let quality: Quality

  init(_ pixels: PixelBuffer, quality: Quality) {
    picture = Picture(pixels: pixels)
    self.quality = quality
    stages = CodecStages(of: pixels, quality: quality)
  }

  func measure(for benchmark: Benchmark) throws {
    let instructions = String(cString: tng_kernels_selected().pointee.name)
    for threads in 1...2 {
      for stage in CodecStages.Stage.allCases {
        let microseconds = microseconds { stages.run(stage, threads: threads) }
        benchmark.measurement(time(of: stage.rawValue, threads), Int(microseconds))
      }
      try measureWhole(threads: threads, for: benchmark)
    }
    for stage in CodecStages.Stage.allCases {
      benchmark.measurement(work(of: stage), stages.multiplyAdds(of: stage) / stages.pixelCount)
    }
    benchmark.measurement(unpack, Int(microseconds { CodecStages.unpackModel() }))
    benchmark.measurement(symbols, stages.symbolCount)
    benchmark.measurement(pixels, stages.pixelCount)
    if let rate = peakRate(of: instructions) { benchmark.measurement(peak, rate) }
  }

  private func measureWhole(threads: Int, for benchmark: Benchmark) throws {
    let decoder = TNGDecoder(options: .init(threads: threads))
    var file: [UInt8] = []
    for (name, effort) in [("refine", .standard), ("encode", fastest)] {
      let encoder = TNGEncoder(
        options: .init(target: .quality(quality), effort: effort, threads: threads))
      let encoding = try microseconds { file = try encoder.encode(picture) }
      benchmark.measurement(time(of: name, threads), Int(encoding))
    }
    let decoding = try microseconds { blackHole(try decoder.decode(file)) }
    benchmark.measurement(time(of: "decode", threads), Int(decoding))
  }
}
