import CNeuralKernels

/// A depthwise 3×3 convolution in integers: Format.md, section 5.
struct DepthwiseLayer: Sendable {
  let channels: Int
  /// Packed as `tng_depthwise_layer` asks.
  let weights: AlignedArray<Int16>
  let bias: AlignedArray<Int32>
  let shift: AlignedArray<Int32>

  /// Where a tap's weight is.
  static func place(_ channel: Int, _ tap: Int) -> Int {
    channel / 16 * 160 + tap / 2 * 32 + channel % 16 * 2 + tap % 2
  }

  var parameters: tng_depthwise_layer {
    tng_depthwise_layer(
      channels: Int32(channels), weights: weights.base, bias: bias.base, shift: shift.base)
  }

  /// The convolution of some columns of a row. Rows outside the picture are nil.
  func apply(
    _ rows: RowWindow, columns: Range<Int>, to output: UnsafeMutablePointer<Int16>,
    _ kernels: Kernels
  ) {
    var task = tng_depthwise_row(
      rows: (UnsafePointer(rows.above), UnsafePointer(rows.at), UnsafePointer(rows.below)),
      columns: Int32(rows.columns), first: Int32(columns.lowerBound), pixels: Int32(columns.count),
      output: output)
    withUnsafePointer(to: parameters) { kernels.table.pointee.depthwise($0, &task) }
  }
}

/// A row and its neighbours, nil where the picture ends, and how long they are.
typealias RowWindow = (
  above: UnsafeMutablePointer<Int16>?, at: UnsafeMutablePointer<Int16>,
  below: UnsafeMutablePointer<Int16>?, columns: Int
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

  /// The memory that ``finish(_:_:to:columns:scratch:_:)`` needs: for each worker a row.
  func scratch(columns: Int, on execution: Execution) -> Tensor {
    execution.tensor(
      rows: execution.threads, columns: Execution.partWidth(of: columns),
      channels: max(channels, f.outputs))
  }

  /// What sees some columns of a row inside the block.
  typealias Observer = (_ row: Int, _ columns: Range<Int>, _ values: UnsafePointer<Int16>) -> Void

  /// Applies the block to a tensor, in place. `mixed` sees leaky(a(x)), and `expanded` leaky(f(u)).
  func apply(
    _ x: borrowing Tensor, on execution: Execution, mixed observeMixed: Observer = { _, _, _ in },
    expanded observeExpanded: Observer = { _, _, _ in }
  ) {
    let mixed = execution.tensor(rows: x.rows, columns: x.columns, channels: channels)
    let scratch = scratch(columns: x.columns, on: execution)
    execution.divide(rows: x.rows, columns: x.columns) { i, columns, _ in
      mix(x.row(i), to: mixed.row(i), columns: columns, execution.kernels)
      observeMixed(i, columns, mixed.position(i, columns.lowerBound))
    }
    execution.divide(rows: x.rows, columns: x.columns) { i, columns, worker in
      let window = (
        above: i > 0 ? mixed.row(i - 1) : nil, at: mixed.row(i),
        below: i + 1 < x.rows ? mixed.row(i + 1) : nil, columns: x.columns
      )
      finish(
        x.row(i), window, to: x.row(i), columns: columns, scratch: scratch.row(worker),
        execution.kernels
      ) { observeExpanded(i, columns, $0) }
    }
  }

  /// The first half of the block for some columns of a row: leaky(a(x)).
  func mix(
    _ x: UnsafePointer<Int16>, to mixed: UnsafeMutablePointer<Int16>, columns: Range<Int>,
    _ kernels: Kernels
  ) {
    let start = columns.lowerBound * channels
    a.apply(x + start, to: mixed + start, pixels: columns.count, leaky: true, kernels)
  }

  /// The second half of the block for some columns of a row, given the first half of it and its neighbours. The output may be the
  /// row itself. `observe` sees leaky(f(u)).
  func finish(
    _ x: UnsafeMutablePointer<Int16>, _ mixed: RowWindow, to output: UnsafeMutablePointer<Int16>,
    columns: Range<Int>, scratch: UnsafeMutablePointer<Int16>, _ kernels: Kernels,
    observe: (UnsafePointer<Int16>) -> Void = { _ in }
  ) {
    let pixels = columns.count
    let x = x + columns.lowerBound * channels
    let output = output + columns.lowerBound * channels
    depthwise.apply(mixed, columns: columns, to: scratch, kernels)
    b.apply(scratch, to: x, pixels: pixels, residual: x, kernels)
    f.apply(x, to: scratch, pixels: pixels, leaky: true, kernels)
    observe(scratch)
    g.apply(scratch, to: output, pixels: pixels, residual: x, kernels)
  }
}
