import CKernelChecks
import CNeuralKernels
import Testing

@Suite struct KernelTests {
  /// Random shapes, random and extreme values: `Tests/Kernels`, whose memory is static, so one at a
  /// time.
  @Test(.serialized, arguments: 0..<tng_kernels_count())
  func everyInstructionSetMatchesScalar(kernels: Int32) {
    #expect(check_kernels(kernels, 300) == 0)
  }

  @Test(arguments: 0..<10)
  func scalarPointwiseIsTheFormula(seed: Int) {
    var convolution = PointwiseCase(inputs: 32, outputs: 16, pixels: 3, seed: UInt64(seed))
    convolution.leaky = seed % 2 == 1
    convolution.residual = seed % 3 == 1
    #expect(convolution.run() == convolution.expected())
  }

  @Test(arguments: 0..<8)
  func scalarDepthwiseIsTheFormula(present: Int) {
    let convolution = DepthwiseCase(channels: 32, pixels: 4, present: present)
    #expect(convolution.run() == convolution.expected())
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

  @Test func scalarLeakyGradientIsTheFormula() {
    let values: [Int16] = [-1, 1, -32768, 32767, -7, 0, 5, -5]
    var gradient: [Int16] = [100, 100, 32767, 32767, -12, -12, -4, 4]
    var signs: UInt8 = 0
    tng_note_signs(values, 8, &signs)
    tng_kernels_at(0).pointee.leaky_gradient(&gradient, 8, &signs)
    // Eighths where the value was negative: 12.5, 4095.9, −1.5 and 0.5, halves rounded up.
    #expect(gradient == [13, 100, 4096, 32767, -1, -12, -4, 1])
  }
}
