import CNeuralKernels

/// The parameters and rows of a layer of ones and zeros: kernels take the same time whatever the
/// values.
final class KernelRow {
  private let values: UnsafeMutablePointer<Int16>
  private let output: UnsafeMutablePointer<Int16>
  private let weights: UnsafeMutablePointer<Int16>
  private let bias: UnsafeMutablePointer<Int32>
  private let shift: UnsafeMutablePointer<Int32>
  private let pixels: Int32 = 96
  private let inputs: Int32
  private let outputs: Int32

  init(inputs: Int, outputs: Int) {
    self.inputs = Int32(inputs)
    self.outputs = Int32(outputs)
    let pixels = Int(pixels)
    values = aligned(3 * pixels * inputs, of: 1)
    output = aligned(pixels * outputs, of: 0)
    weights = aligned(max(inputs * outputs, 10 * inputs), of: 1)
    bias = aligned(outputs, of: 1 << 7)
    shift = aligned(outputs, of: 8)
  }

  deinit {
    for memory in [values, output, weights] { memory.deallocate() }
    for memory in [bias, shift] { memory.deallocate() }
  }

  /// The multiply-adds of ``pointwise(_:)``.
  var pointwiseMultiplyAdds: Int { Int(pixels * inputs * outputs) }
  /// Those of ``depthwise(_:)``.
  var depthwiseMultiplyAdds: Int { Int(9 * pixels * inputs) }
  /// Those of ``gain(_:)``.
  var gainMultiplyAdds: Int { Int(pixels * inputs) }

  func pointwise(_ kernels: tng_kernels) {
    var layer = tng_pointwise_layer(
      inputs: inputs, outputs: outputs, weights: weights, bias: bias, shift: shift)
    var row = tng_pointwise_row(
      sources: (
        tng_source(values: values, stride: Int(inputs), channels: inputs),
        tng_source(values: nil, stride: 0, channels: 0)
      ),
      pixels: pixels, first_output: 0, output_count: outputs, output: output,
      output_stride: Int(outputs), residual: nil, residual_stride: 0, leaky: 1)
    kernels.pointwise(&layer, &row)
  }

  func depthwise(_ kernels: tng_kernels) {
    let stride = Int(pixels * inputs)
    var layer = tng_depthwise_layer(channels: inputs, weights: weights, bias: bias, shift: shift)
    var row = tng_depthwise_row(
      rows: (
        UnsafePointer(values), UnsafePointer(values + stride), UnsafePointer(values + 2 * stride)
      ),
      columns: pixels, first: 0, pixels: pixels, output: output)
    kernels.depthwise(&layer, &row)
  }

  func gain(_ kernels: tng_kernels) {
    var row = tng_gain_row(
      factors: weights, shift: 8, channels: inputs, pixels: pixels, values: values)
    kernels.gain(&row)
  }
}

/// Memory aligned to cache lines.
private func aligned<Element: BitwiseCopyable>(
  _ count: Int, of value: Element
) -> UnsafeMutablePointer<Element> {
  let memory = UnsafeMutableRawPointer.allocate(
    byteCount: count * MemoryLayout<Element>.stride, alignment: 64)
  return memory.initializeMemory(as: Element.self, repeating: value, count: count)
}
