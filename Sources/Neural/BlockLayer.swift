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

  /// The convolution of one row. Rows outside the picture are nil.
  func apply(
    _ rows: RowWindow, to output: UnsafeMutablePointer<Int16>, pixels: Int, _ kernels: Kernels
  ) {
    var task = tng_depthwise_row(
      rows: (UnsafePointer(rows.above), UnsafePointer(rows.at), UnsafePointer(rows.below)),
      pixels: Int32(pixels), output: output)
    withUnsafePointer(to: parameters) { kernels.table.pointee.depthwise($0, &task) }
  }
}

/// A row and its neighbours, nil where the picture ends.
typealias RowWindow = (
  above: UnsafeMutablePointer<Int16>?, at: UnsafeMutablePointer<Int16>,
  below: UnsafeMutablePointer<Int16>?
)

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

  /// The channels of the memory that ``finish(_:_:to:scratch:pixels:_:)`` needs for a row.
  var scratchChannels: Int { max(channels, f.outputs) }

  /// Applies the block to a tensor, in place.
  func apply(_ x: borrowing Tensor, on execution: Execution) {
    let mixed = Tensor(rows: x.rows, columns: x.columns, channels: channels)
    execution.divide(x.rows) { rows in
      for i in rows { mix(x.row(i), to: mixed.row(i), pixels: x.columns, execution.kernels) }
    }
    execution.divide(x.rows) { rows in
      let scratch = Tensor(rows: 1, columns: x.columns, channels: scratchChannels)
      for i in rows {
        let window = (
          above: i > 0 ? mixed.row(i - 1) : nil, at: mixed.row(i),
          below: i + 1 < x.rows ? mixed.row(i + 1) : nil
        )
        finish(
          x.row(i), window, to: x.row(i), scratch: scratch.base, pixels: x.columns,
          execution.kernels)
      }
    }
  }

  /// The first half of the block for a row: leaky(a(x)).
  func mix(
    _ x: UnsafePointer<Int16>, to mixed: UnsafeMutablePointer<Int16>, pixels: Int,
    _ kernels: Kernels
  ) {
    run(a, x, to: mixed, pixels: pixels, leaky: true, kernels)
  }

  /// The second half of the block for a row, given the first half of it and its neighbours. The output may be the row itself.
  func finish(
    _ x: UnsafeMutablePointer<Int16>, _ mixed: RowWindow, to output: UnsafeMutablePointer<Int16>,
    scratch: UnsafeMutablePointer<Int16>, pixels: Int, _ kernels: Kernels
  ) {
    depthwise.apply(mixed, to: scratch, pixels: pixels, kernels)
    run(b, scratch, to: x, pixels: pixels, residual: x, kernels)
    run(f, x, to: scratch, pixels: pixels, leaky: true, kernels)
    run(g, scratch, to: output, pixels: pixels, residual: x, kernels)
  }

  private func run(
    _ layer: PointwiseLayer, _ source: UnsafePointer<Int16>,
    to output: UnsafeMutablePointer<Int16>, pixels: Int, leaky: Bool = false,
    residual: UnsafePointer<Int16>? = nil, _ kernels: Kernels
  ) {
    var row = tng_pointwise_row(
      source: source, channels: layer.inputs, pixels: pixels, output: output,
      outputs: layer.outputs)
    row.leaky = leaky ? 1 : 0
    row.residual = residual
    row.residual_stride = layer.outputs
    withUnsafePointer(to: layer.parameters) { kernels.table.pointee.pointwise($0, &row) }
  }
}
