import CNeuralKernels

/// The building block of all networks: two residual branches, a spatial one and an expansion of the
/// channels.
///
///     u = x + leave(depthwise(leaky(enter(x)))),  out = u + contract(leaky(expand(u)))
package struct BlockLayer: Sendable {
  let enter: PointwiseLayer
  let depthwise: DepthwiseLayer
  let leave: PointwiseLayer
  let expand: PointwiseLayer
  let contract: PointwiseLayer

  package var channels: Int { enter.inputs }

  /// The channels that a worker's memory has.
  var scratchChannels: Int { max(channels, expand.outputs) }

  /// The memory that ``finish(_:_:to:columns:scratch:_:observe:)`` needs: for each worker a row.
  func scratch(columns: Int, on execution: Execution) -> Tensor {
    execution.tensor(
      rows: execution.threads, columns: Execution.partWidth(of: columns),
      channels: scratchChannels)
  }

  /// What sees some columns of a row inside the block.
  typealias Observer = (_ row: Int, _ columns: Range<Int>, _ values: UnsafePointer<Int16>) -> Void

  /// Applies the block to a tensor, in place. `mixed` sees leaky(enter(x)), and `expanded`
  /// leaky(expand(u)).
  func apply(
    _ x: borrowing Tensor, on execution: Execution, mixed observeMixed: Observer = { _, _, _ in },
    expanded observeExpanded: Observer = { _, _, _ in }
  ) {
    let mixed = execution.tensor(rows: x.rows, columns: x.columns, channels: channels)
    let scratch = scratch(columns: x.columns, on: execution)
    execution.parallelFor(rows: x.rows, columns: x.columns) { i, columns, _ in
      mix(x.row(i), to: mixed.row(i), columns: columns, execution.kernels)
      observeMixed(i, columns, mixed.position(i, columns.lowerBound))
    }
    execution.parallelFor(rows: x.rows, columns: x.columns) { i, columns, worker in
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

  /// The first half of the block for some columns of a row: leaky(enter(x)).
  func mix(
    _ x: UnsafePointer<Int16>, to mixed: UnsafeMutablePointer<Int16>, columns: Range<Int>,
    _ kernels: Kernels
  ) {
    let start = columns.lowerBound * channels
    enter.apply(x + start, to: mixed + start, pixels: columns.count, leaky: true, kernels)
  }

  /// The second half of the block for some columns of a row, given the first half of it and its
  /// neighbours. The output may be the row itself. `observe` sees leaky(expand(u)).
  func finish(
    _ x: UnsafeMutablePointer<Int16>, _ mixed: RowWindow, to output: UnsafeMutablePointer<Int16>,
    columns: Range<Int>, scratch: UnsafeMutablePointer<Int16>, _ kernels: Kernels,
    observe: (UnsafePointer<Int16>) -> Void = { _ in }
  ) {
    let pixels = columns.count
    let x = x + columns.lowerBound * channels
    let output = output + columns.lowerBound * channels
    depthwise.apply(mixed, columns: columns, to: scratch, kernels)
    leave.apply(scratch, to: x, pixels: pixels, residual: x, kernels)
    expand.apply(x, to: scratch, pixels: pixels, leaky: true, kernels)
    observe(scratch)
    contract.apply(scratch, to: output, pixels: pixels, residual: x, kernels)
  }
}

// MARK: As a kind of layer

extension BlockLayer: LayerKind {
  /// Reads the five records of a block.
  init(parsing reader: inout ParameterReader, levels: Int) throws(ParameterError) {
    let start = reader.offset
    enter = try PointwiseLayer(parsing: &reader)
    depthwise = try DepthwiseLayer(parsing: &reader)
    leave = try PointwiseLayer(parsing: &reader)
    expand = try PointwiseLayer(parsing: &reader)
    contract = try PointwiseLayer(parsing: &reader)
    let widths = [
      enter.outputs, depthwise.channels, leave.inputs, leave.outputs, expand.inputs,
      contract.outputs,
    ]
    guard widths.allSatisfy({ $0 == enter.inputs }), expand.outputs == contract.inputs else {
      throw .misfit("the layers of a block do not fit together", offset: start)
    }
  }

  func output(for input: TensorShape, coarsest: Int) -> TensorShape? {
    input.channels == channels ? input : nil
  }

  var multiplyAdds: Int {
    depthwise.multiplyAdds
      + [enter, leave, expand, contract].reduce(0) { $0 + $1.multiplyAdds }
  }

  func inputHalo(forOutputHalo halo: Int) -> Int { halo + 1 }

  func memory(for input: TensorShape) -> LayerMemory {
    LayerMemory(
      values: 2 * channels, signs: channels + expand.outputs,
      scratch: scratchChannels * Execution.maximumPartWidth)
  }

  func apply(_ input: consuming Tensor, level: Int, on execution: Execution) -> Tensor {
    apply(input, on: execution)
    return input
  }

  func stage(for input: StripInput, followedBy layers: inout ArraySlice<Layer>) -> StripStage {
    BlockStage(self, input: input)
  }

  func adjoint() -> LayerAdjoint { BlockAdjoint(self) }
}

/// A block of rows as they come. A row leaves the block when the row below it is there, or when
/// there is none.
private final class BlockStage: StripStage {
  private let layer: BlockLayer
  /// leaky(enter(x)): row 0 belongs to the row above the first that waits.
  private let mixed: Tensor
  private let scratch: Tensor
  private var isAtTop = true

  init(_ layer: BlockLayer, input: StripInput) {
    self.layer = layer
    let capacity = input.maximumRows + 1
    mixed = input.execution.tensor(
      rows: capacity + 2, columns: input.columns, channels: layer.channels)
    scratch = layer.scratch(columns: input.columns, on: input.execution)
    super.init(
      input, capacity: capacity,
      output: (columns: input.columns, channels: layer.channels, maximumRows: capacity))
  }

  override var rowValues: Int { super.rowValues + mixed.count }
  override var workerChannels: Int { scratch.channels }

  override func run(
    held: Int, isLast: Bool, on execution: Execution,
    _ output: (Int) -> UnsafeMutablePointer<Int16>
  ) -> (given: Int, used: Int) {
    execution.parallelFor(rows: held - waiting, columns: input.columns) { row, columns, _ in
      layer.mix(
        input.row(waiting + row), to: mixed.row(waiting + row + 1), columns: columns,
        execution.kernels)
    }
    let given = isLast ? held : max(held - 1, 0)
    execution.parallelFor(rows: given, columns: input.columns) { row, columns, worker in
      let window = (
        above: row == 0 && isAtTop ? nil : mixed.row(row), at: mixed.row(row + 1),
        below: row + 1 == held ? nil : mixed.row(row + 2), columns: input.columns
      )
      layer.finish(
        input.row(row), window, to: output(row), columns: columns, scratch: scratch.row(worker),
        execution.kernels)
    }
    if given > 0 {
      isAtTop = false
      mixed.base.update(from: mixed.row(given), count: (held - given + 1) * mixed.rowStride)
    }
    return (given, given)
  }
}

// MARK: Backwards

/// Backpropagation through a block. The exponents of a branch add up to 0, so that its gradient can
/// be added to that of the skip connection.
private final class BlockAdjoint: LayerAdjoint, @unchecked Sendable {
  private let block: BlockLayer
  private let enter: PointwiseLayer
  private let depthwise: DepthwiseLayer
  private let leave: PointwiseLayer
  private let expand: PointwiseLayer
  private let contract: PointwiseLayer

  init(_ block: BlockLayer) {
    self.block = block
    let (leave, depthwise) = (block.leave.transposed(), block.depthwise.transposed())
    let contract = block.contract.transposed()
    self.leave = leave.layer
    self.depthwise = depthwise.layer
    self.contract = contract.layer
    enter = block.enter.transposed(exponent: -leave.exponent - depthwise.exponent).layer
    expand = block.expand.transposed(exponent: -contract.exponent).layer
  }

  override func forward(
    _ input: consuming Tensor, level: Int, recording signs: inout [SignMap], on execution: Execution
  ) -> Tensor {
    let map = { (channels: Int, x: borrowing Tensor) in
      SignMap(rows: x.rows, columns: x.columns, channels: channels, in: execution.workspace)
    }
    let mixed = map(block.channels, input)
    let expanded = map(block.expand.outputs, input)
    block.apply(input, on: execution) { row, columns, values in
      mixed.record(values, row: row, columns: columns)
    } expanded: { row, columns, values in
      expanded.record(values, row: row, columns: columns)
    }
    signs += [mixed, expanded]
    return input
  }

  override func backward(
    _ gradient: consuming Tensor, exponent: inout Int, level: Int, _ signs: inout [SignMap],
    on execution: Execution
  ) -> Tensor {
    let expanded = signs.removeLast()
    let mixed = signs.removeLast()
    apply(gradient, mixed: mixed, expanded: expanded, on: execution)
    return gradient
  }

  /// Propagates a gradient from the block's output to its input, in place.
  private func apply(
    _ x: borrowing Tensor, mixed: SignMap, expanded: SignMap, on execution: Execution
  ) {
    let kernels = execution.kernels
    let filtered = execution.tensor(rows: x.rows, columns: x.columns, channels: block.channels)
    let scratch = block.scratch(columns: x.columns, on: execution)
    execution.parallelFor(rows: x.rows, columns: x.columns) { i, columns, worker in
      let (x, scratch) = (x.position(i, columns.lowerBound), scratch.row(worker))
      let pixels = columns.count
      contract.apply(x, to: scratch, pixels: pixels, kernels)
      expanded.applyLeakyGradient(to: scratch, row: i, columns: columns, kernels)
      expand.apply(scratch, to: x, pixels: pixels, residual: x, kernels)
      leave.apply(x, to: filtered.position(i, columns.lowerBound), pixels: pixels, kernels)
    }
    execution.parallelFor(rows: x.rows, columns: x.columns) { i, columns, worker in
      let window = (
        above: i > 0 ? filtered.row(i - 1) : nil, at: filtered.row(i),
        below: i + 1 < x.rows ? filtered.row(i + 1) : nil, columns: x.columns
      )
      let (x, scratch) = (x.position(i, columns.lowerBound), scratch.row(worker))
      depthwise.apply(window, columns: columns, to: scratch, kernels)
      mixed.applyLeakyGradient(to: scratch, row: i, columns: columns, kernels)
      enter.apply(scratch, to: x, pixels: columns.count, residual: x, kernels)
    }
  }
}
