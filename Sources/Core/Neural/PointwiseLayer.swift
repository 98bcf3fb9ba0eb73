import CNeuralKernels

/// A pointwise (1×1) convolution in integers: Format.md, section 5.
package struct PointwiseLayer: Sendable {
  package let inputs: Int
  package let outputs: Int
  /// Packed as `tng_pointwise_layer` asks.
  let weights: AlignedArray<Int16>
  let bias: AlignedArray<Int32>
  let shift: AlignedArray<Int32>

  var parameters: tng_pointwise_layer {
    tng_pointwise_layer(
      inputs: Int32(inputs), outputs: Int32(outputs), weights: weights.base, bias: bias.base,
      shift: shift.base)
  }

  /// The convolution of a tensor.
  package func apply(_ input: borrowing Tensor, on execution: Execution) -> Tensor {
    let output = execution.tensor(rows: input.rows, columns: input.columns, channels: outputs)
    execution.divide(rows: input.rows, columns: input.columns) { i, columns, _ in
      apply(
        input.position(i, columns.lowerBound), to: output.position(i, columns.lowerBound),
        pixels: columns.count, execution.kernels)
    }
    return output
  }

  /// The convolution of pixels that lie side by side, then leaky if asked for, then plus the residual if there is one, which may be
  /// the output itself.
  func apply(
    _ source: UnsafePointer<Int16>, to output: UnsafeMutablePointer<Int16>, pixels: Int,
    leaky: Bool = false, residual: UnsafePointer<Int16>? = nil, _ kernels: Kernels
  ) {
    var row = tng_pointwise_row(
      source: source, channels: inputs, pixels: pixels, output: output, outputs: outputs)
    row.leaky = leaky ? 1 : 0
    row.residual = residual
    row.residual_stride = outputs
    withUnsafePointer(to: parameters) { kernels.table.pointee.pointwise($0, &row) }
  }

  /// The convolution of two tensors of equal size, the channels of the second after those of the first.
  package func apply(
    _ first: borrowing Tensor, _ second: borrowing Tensor, on execution: Execution
  ) -> Tensor {
    precondition(first.rows == second.rows && first.columns == second.columns)
    precondition(first.channels + second.channels == inputs)
    let output = execution.tensor(rows: first.rows, columns: first.columns, channels: outputs)
    let layer = parameters
    execution.divide(rows: first.rows, columns: first.columns) { i, columns, _ in
      let column = columns.lowerBound
      var row = tng_pointwise_row(
        source: first.position(i, column), channels: first.channels, pixels: columns.count,
        output: output.position(i, column), outputs: outputs)
      row.sources.1 = tng_source(
        values: second.position(i, column), stride: second.channels,
        channels: Int32(second.channels))
      withUnsafePointer(to: layer) { execution.kernels.table.pointee.pointwise($0, &row) }
    }
    return output
  }
}

extension tng_pointwise_row {
  /// A row of pixels that lie side by side, in memory and in the result.
  init(
    source: UnsafePointer<Int16>, channels: Int, pixels: Int,
    output: UnsafeMutablePointer<Int16>, outputs: Int
  ) {
    self.init(
      sources: (
        tng_source(values: source, stride: channels, channels: Int32(channels)),
        tng_source(values: nil, stride: 0, channels: 0)
      ),
      pixels: Int32(pixels), first_output: 0, output_count: Int32(outputs), output: output,
      output_stride: outputs, residual: nil, residual_stride: 0, leaky: 0)
  }
}
