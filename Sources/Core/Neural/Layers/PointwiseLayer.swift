import CNeuralKernels

/// A pointwise (1×1) convolution in integers: Format.md, section 5.
package struct PointwiseLayer: Sendable {
  package let inputs: Int
  package let outputs: Int
  /// Packed as `tng_pointwise_layer` asks.
  let weights: AlignedArray<Int16>
  /// With the rounding of the shift added.
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
    execution.parallelFor(rows: input.rows, columns: input.columns) { i, columns, _ in
      apply(
        input.position(i, columns.lowerBound), to: output.position(i, columns.lowerBound),
        pixels: columns.count, execution.kernels)
    }
    return output
  }

  /// The convolution of pixels that lie side by side, then leaky if asked for, then plus the
  /// residual if there is one, which may be the output itself.
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

  /// The convolution of two tensors of equal size, the channels of the second after those of the
  /// first.
  package func apply(
    _ first: borrowing Tensor, _ second: borrowing Tensor, on execution: Execution
  ) -> Tensor {
    precondition(first.rows == second.rows && first.columns == second.columns)
    precondition(first.channels + second.channels == inputs)
    let output = execution.tensor(rows: first.rows, columns: first.columns, channels: outputs)
    let layer = parameters
    execution.parallelFor(rows: first.rows, columns: first.columns) { i, columns, _ in
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

  /// Some outputs of every second position of a row, from the given one on, written to the same
  /// positions of `result` from the channel `place` on.
  ///
  /// - Parameter range: multiples of 16.
  package func applyToEverySecondPosition(
    of input: borrowing Tensor, row: Int, from column: Int, outputs range: Range<Int>,
    to result: borrowing Tensor, at place: Int, on execution: Execution
  ) {
    var task = tng_pointwise_row(
      source: input.position(row, column), channels: input.channels,
      pixels: (input.columns - column + 1) / 2, output: result.position(row, column) + place,
      outputs: range.count)
    task.sources.0.stride *= 2
    task.output_stride = 2 * result.channels
    task.first_output = Int32(range.lowerBound)
    withUnsafePointer(to: parameters) { execution.kernels.table.pointee.pointwise($0, &task) }
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

// MARK: As a kind of layer

extension PointwiseLayer: LayerKind {
  /// Reads a pointwise record and packs its weights for the kernels.
  init(parsing reader: inout ParameterReader, levels: Int) throws(ParameterError) {
    try self.init(parsing: &reader)
  }

  /// Reads a pointwise record and packs its weights for the kernels.
  init(parsing reader: inout ParameterReader) throws(ParameterError) {
    let inputs = try reader.channels("inputs")
    let outputs = try reader.channels("outputs")
    let width = try reader.u8("width", in: 2...16)
    let shift = try reader.shifts(outputs)
    let bias = try reader.biases(outputs)
    let offset = reader.offset
    var magnitudes = [Int](repeating: 0, count: outputs)
    let weights = try AlignedArray<Int16>(count: inputs * outputs) {
      packed throws(ParameterError) in
      try reader.rows(outputs, columns: inputs, width: width) { output, row in
        let block = packed.baseAddress! + Self.place(output, 0, inputs: inputs)
        var magnitude: Int32 = 0
        for weight in row { magnitude &+= abs(Int32(weight)) }
        for pair in 0..<inputs / 2 {
          block[32 &* pair] = row[2 &* pair]
          block[32 &* pair &+ 1] = row[2 &* pair &+ 1]
        }
        magnitudes[output] = Int(magnitude)
      }
    }
    self.inputs = inputs
    self.outputs = outputs
    self.weights = weights
    self.shift = shift
    self.bias = try AlignedArray(count: outputs) { rounded throws(ParameterError) in
      for o in 0..<outputs {
        rounded[o] = try roundingBias(
          bias.base[o], shift: shift.base[o], magnitude: magnitudes[o], output: o, offset: offset)
      }
    }
  }

  func output(for input: TensorShape, coarsest: Int) -> TensorShape? {
    input.channels == inputs
      ? TensorShape(reduction: input.reduction, channels: outputs) : nil
  }

  var multiplyAdds: Int { inputs * outputs }

  func memory(for input: TensorShape) -> LayerMemory { LayerMemory(values: inputs + outputs) }

  func apply(_ input: consuming Tensor, level: Int, on execution: Execution) -> Tensor {
    apply(input, on: execution)
  }

  func stage(for input: StripInput, followedBy layers: inout ArraySlice<Layer>) -> StripStage {
    stage(for: input, unshuffles: false, followedBy: &layers)
  }

  /// The layer with the unshuffle by 2 before it, if there is one, and a shuffle by 2 behind it.
  func stage(
    for input: StripInput, unshuffles: Bool, followedBy layers: inout ArraySlice<Layer>
  ) -> StripStage {
    var shuffles = false
    // Kernels write 16 outputs at a time, and the first half of them goes to another row than the
    // second.
    if case .shuffle(let shuffle)? = layers.first, shuffle.factor == 2, outputs % 32 == 0 {
      shuffles = true
      layers.removeFirst()
    }
    return PointwiseStage(self, input: input, unshuffles: unshuffles, shuffles: shuffles)
  }

  func adjoint() -> LayerAdjoint { PointwiseAdjoint(self) }
}

/// A pointwise convolution of rows as they come, which may read 2×2 positions as one (unshuffle)
/// and write one as 2×2 (shuffle).
private final class PointwiseStage: StripStage {
  private let layer: PointwiseLayer
  private let unshuffles: Bool
  private let shuffles: Bool

  init(_ layer: PointwiseLayer, input: StripInput, unshuffles: Bool, shuffles: Bool) {
    self.layer = layer
    self.unshuffles = unshuffles
    self.shuffles = shuffles
    let capacity = input.maximumRows + (unshuffles ? 1 : 0)
    super.init(
      input, capacity: capacity,
      output: (
        columns: input.columns / (unshuffles ? 2 : 1) * (shuffles ? 2 : 1),
        channels: layer.outputs / (shuffles ? 4 : 1),
        maximumRows: capacity * (shuffles ? 2 : 1) / (unshuffles ? 2 : 1)
      ))
  }

  override func run(
    held: Int, isLast: Bool, on execution: Execution,
    _ output: (Int) -> UnsafeMutablePointer<Int16>
  ) -> (given: Int, used: Int) {
    let rows = unshuffles ? held / 2 : held
    let columns = unshuffles ? input.columns / 2 : input.columns
    execution.parallelFor(rows: rows, columns: columns) { row, columns, _ in
      apply(row, columns, execution.kernels, output)
    }
    return (shuffles ? 2 * rows : rows, unshuffles ? 2 * rows : rows)
  }

  private func apply(
    _ row: Int, _ columns: Range<Int>, _ kernels: Kernels,
    _ output: (Int) -> UnsafeMutablePointer<Int16>
  ) {
    let outputs = shuffles ? layer.outputs / 2 : layer.outputs
    let channels = unshuffles ? 2 * input.channels : input.channels
    let (from, to) = (columns.lowerBound * channels, columns.lowerBound * outputs)
    var task = tng_pointwise_row(
      source: input.row(unshuffles ? 2 * row : row) + from, channels: channels,
      pixels: columns.count, output: output(shuffles ? 2 * row : row) + to, outputs: outputs)
    if unshuffles {
      task.sources.1 = task.sources.0
      task.sources.1.values = UnsafePointer(input.row(2 * row + 1) + from)
    }
    withUnsafePointer(to: layer.parameters) { layer in
      kernels.table.pointee.pointwise(layer, &task)
      guard shuffles else { return }
      task.first_output = Int32(outputs)
      task.output = output(2 * row + 1) + to
      kernels.table.pointee.pointwise(layer, &task)
    }
  }
}

// MARK: Backwards

extension PointwiseLayer {
  /// Where a weight is, packed as `tng_pointwise_layer` asks.
  private static func place(_ output: Int, _ input: Int, inputs: Int) -> Int {
    output / 16 * 16 * inputs + input / 2 * 32 + output % 16 * 2 + input % 2
  }

  private func weight(_ output: Int, _ input: Int) -> Int16 {
    weights.base[Self.place(output, input, inputs: inputs)]
  }

  /// The transposed layer, by default with the exponent that keeps the mean square of gradients.
  func transposed(exponent: Int? = nil) -> Transposed<PointwiseLayer> {
    let units = (0..<outputs).map { power(-shift.base[$0]) }
    let rows = (0..<inputs).map { input in
      (0..<outputs).map { Double(weight($0, input)) * units[$0] }
    }
    let exponent = exponent ?? balancedExponent(rows)
    let scaled = rows.map { ScaledRow($0, exponent: exponent) }
    let layer = PointwiseLayer(
      inputs: outputs, outputs: inputs,
      weights: AlignedArray(count: inputs * outputs) { packed in
        for (row, scaled) in scaled.enumerated() {
          for (column, weight) in scaled.weights.enumerated() {
            packed[Self.place(row, column, inputs: outputs)] = weight
          }
        }
      },
      bias: AlignedArray(scaled.map { $0.rounding }), shift: AlignedArray(scaled.map { $0.shift }))
    return Transposed(layer: layer, exponent: exponent)
  }
}

private final class PointwiseAdjoint: LayerAdjoint, @unchecked Sendable {
  private let layer: PointwiseLayer
  private let transposed: Transposed<PointwiseLayer>

  init(_ layer: PointwiseLayer) {
    self.layer = layer
    transposed = layer.transposed()
  }

  override func forward(
    _ input: consuming Tensor, level: Int, recording signs: inout [SignMap], on execution: Execution
  ) -> Tensor {
    layer.apply(input, on: execution)
  }

  override func backward(
    _ gradient: consuming Tensor, exponent: inout Int, level: Int, _ signs: inout [SignMap],
    on execution: Execution
  ) -> Tensor {
    let result = transposed.layer.apply(gradient, on: execution)
    exponent += transposed.exponent + result.normalize(on: execution)
    return result
  }
}
