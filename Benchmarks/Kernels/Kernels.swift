import Benchmark
import CNeuralKernels
import Measuring

/// Every kernel in every instruction set of this processor: multiply-adds a microsecond, and the
/// peak rate measured beside it.
let benchmarks: @Sendable () -> Void = {
  for index in 0..<tng_kernels_count() {
    let kernels = tng_kernels_at(index).pointee
    for (inputs, outputs) in [(128, 128), (192, 192), (192, 384), (256, 256)] {
      measure("pointwise \(inputs)→\(outputs)", kernels) {
        let row = KernelRow(inputs: inputs, outputs: outputs)
        return (row.pointwiseMultiplyAdds, { row.pointwise(kernels) })
      }
    }
    measure("depthwise 192", kernels) {
      let row = KernelRow(inputs: 192, outputs: 192)
      return (row.depthwiseMultiplyAdds, { row.depthwise(kernels) })
    }
    measure("gain 192", kernels) {
      let row = KernelRow(inputs: 192, outputs: 192)
      return (row.gainMultiplyAdds, { row.gain(kernels) })
    }
  }
}

private let rate = BenchmarkMetric.custom("rate", polarity: .prefersLarger, useScalingFactor: false)
private let peak = BenchmarkMetric.custom("peak", polarity: .prefersLarger, useScalingFactor: false)

/// Registers a benchmark of a kernel whose one call takes a known number of multiply-adds.
private func measure(
  _ name: String, _ kernels: tng_kernels,
  _ prepare: @escaping () -> (multiplyAdds: Int, call: () -> Void)
) {
  let instructions = String(cString: kernels.name)
  let configuration = Benchmark.Configuration(
    metrics: [rate, peak], warmupIterations: 3, maxDuration: .seconds(1), maxIterations: 200)
  var kernel: (multiplyAdds: Int, call: () -> Void)?
  Benchmark("\(name) \(instructions)", configuration: configuration) { benchmark in
    kernel = kernel ?? prepare()
    guard let kernel else { return }
    let calls = 1 + 20_000_000 / kernel.multiplyAdds
    let time = microseconds { for _ in 0..<calls { kernel.call() } }
    benchmark.measurement(rate, Int(Double(calls * kernel.multiplyAdds) / time))
    if let rate = peakRate(of: instructions) { benchmark.measurement(peak, rate) }
  }
}
