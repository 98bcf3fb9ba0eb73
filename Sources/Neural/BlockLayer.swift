import CNeuralKernels

/// A depthwise 3×3 convolution in integers: Format.md, section 5.
struct DepthwiseLayer: Sendable {
  let channels: Int
  /// Packed as `tng_depthwise_layer` asks.
  let weights: AlignedArray<Int16>
  let bias: AlignedArray<Int32>
  let shift: AlignedArray<Int32>

  var parameters: tng_depthwise_layer {
    tng_depthwise_layer(
      channels: Int32(channels), weights: weights.base, bias: bias.base, shift: shift.base)
  }

  /// The convolution of one row of a tensor.
  func apply(
    _ input: borrowing Tensor, row: Int, to output: UnsafeMutablePointer<Int16>, kernels: Kernels
  ) {
    var task = tng_depthwise_row(
      rows: (
        row > 0 ? UnsafePointer(input.row(row - 1)) : nil,
        UnsafePointer(input.row(row)),
        row + 1 < input.rows ? UnsafePointer(input.row(row + 1)) : nil
      ),
      pixels: Int32(input.columns), output: output)
    withUnsafePointer(to: parameters) { kernels.table.pointee.depthwise($0, &task) }
  }
}

/// The building block of all networks: a spatial and a channel mixing step, both residual.
///
///     u = x + b(depthwise(leaky(a(x)))),  out = u + g(leaky(f(u)))
package struct BlockLayer: Sendable {
  let a: PointwiseLayer
  let depthwise: DepthwiseLayer
  let b: PointwiseLayer
  let f: PointwiseLayer
  let g: PointwiseLayer

  package var channels: Int { a.inputs }

  /// Applies the block to a tensor, in place.
  package func apply(_ x: borrowing Tensor, on execution: Execution) {
    let mixed = a.apply(x, leaky: true, on: execution)
    execution.divide(x.rows) { rows in
      let scratch = Tensor(rows: 1, columns: x.columns, channels: max(channels, f.outputs))
      for i in rows {
        depthwise.apply(mixed, row: i, to: scratch.base, kernels: execution.kernels)
        accumulate(b, scratch.base, in: x.row(i), pixels: x.columns, execution.kernels)
        widen(x.row(i), to: scratch.base, pixels: x.columns, execution.kernels)
        accumulate(g, scratch.base, in: x.row(i), pixels: x.columns, execution.kernels)
      }
    }
  }

  /// x ← x + layer(source)
  private func accumulate(
    _ layer: PointwiseLayer, _ source: UnsafePointer<Int16>, in x: UnsafeMutablePointer<Int16>,
    pixels: Int, _ kernels: Kernels
  ) {
    var row = tng_pointwise_row(
      source: source, channels: layer.inputs, pixels: pixels, output: x, outputs: layer.outputs)
    row.residual = UnsafePointer(x)
    row.residual_stride = layer.outputs
    withUnsafePointer(to: layer.parameters) { kernels.table.pointee.pointwise($0, &row) }
  }

  /// scratch ← leaky(f(x))
  private func widen(
    _ x: UnsafePointer<Int16>, to scratch: UnsafeMutablePointer<Int16>, pixels: Int,
    _ kernels: Kernels
  ) {
    var row = tng_pointwise_row(
      source: x, channels: f.inputs, pixels: pixels, output: scratch, outputs: f.outputs)
    row.leaky = 1
    withUnsafePointer(to: f.parameters) { kernels.table.pointee.pointwise($0, &row) }
  }
}
