import CNeuralKernels
import Testing

/// Every instruction set of this processor against the scalar reference, on random shapes and extreme values.
@Suite struct KernelTests {
  private static let fast = (1..<max(tng_kernels_count(), 1)).map { $0 }

  @Test func scalarPointwiseIsTheFormula() {
    var convolution = PointwiseCase(inputs: 16, outputs: 16, pixels: 2, seed: 1)
    convolution.leaky = true
    #expect(convolution.run(0) == convolution.expected())
    convolution.residual = true
    #expect(convolution.run(0) == convolution.expected())
  }

  @Test(arguments: fast, 0..<40)
  func pointwiseMatchesScalar(kernels: Int32, seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    var convolution = PointwiseCase(
      inputs: 16 * Int.random(in: 1...12, using: &generator),
      outputs: 16 * Int.random(in: 1...10, using: &generator),
      pixels: Int.random(in: 1...20, using: &generator), seed: UInt64(seed))
    convolution.leaky = seed % 2 == 0
    convolution.residual = seed % 3 == 0
    convolution.splitsSources = seed % 5 == 0
    #expect(convolution.run(kernels) == convolution.run(0))
  }

  @Test(arguments: fast, 0..<20)
  func depthwiseMatchesScalar(kernels: Int32, seed: Int) {
    let convolution = DepthwiseCase(seed: UInt64(seed))
    for rows in 0..<8 {
      #expect(convolution.run(kernels, present: rows) == convolution.run(0, present: rows))
    }
  }

  @Test(arguments: fast, 1...30)
  func gainMatchesScalar(kernels: Int32, shift: Int) {
    var generator = SeededGenerator(seed: UInt64(shift))
    let factors = generator.values(48)
    let values = generator.values(48 * 7)
    let run = { (index: Int32) in
      var values = values
      values.withUnsafeMutableBufferPointer { values in
        factors.withUnsafeBufferPointer { factors in
          var row = tng_gain_row(
            factors: factors.baseAddress!, shift: Int32(shift), channels: 48, pixels: 7,
            values: values.baseAddress!)
          tng_kernels_at(index).pointee.gain(&row)
        }
      }
      return values
    }
    #expect(run(kernels) == run(0))
  }

  @Test func scalarGainIsTheFormula() {
    var values: [Int16] = [100, -100, 32767, -32768, 3, -3] + [Int16](repeating: 0, count: 10)
    let factors: [Int16] = [3, 3, 32767, 32767, 1, 1] + [Int16](repeating: 9, count: 10)
    values.withUnsafeMutableBufferPointer { values in
      factors.withUnsafeBufferPointer { factors in
        var row = tng_gain_row(
          factors: factors.baseAddress!, shift: 1, channels: 16, pixels: 1,
          values: values.baseAddress!)
        tng_kernels_at(0).pointee.gain(&row)
      }
    }
    // (3 + 1) >> 1 = 2 and (−3 + 1) >> 1 = −1: halves are rounded up.
    #expect(values[..<6] == [150, -150, 32767, -32768, 2, -1])
  }
}

extension SeededGenerator {
  /// Values of the whole range, the extremes often.
  mutating func values(_ count: Int) -> [Int16] {
    (0..<count).map { _ in
      switch next() % 8 {
      case 0: .min
      case 1: .max
      default: Int16(truncatingIfNeeded: next())
      }
    }
  }

  /// A row of weights that obeys the bound: its sum of magnitudes is at most 65000.
  mutating func weights(_ count: Int) -> [Int16] {
    let limit = 65_000 / count
    return (0..<count).map { _ in Int16(Int(next() % UInt64(2 * limit + 1)) - limit) }
  }
}
