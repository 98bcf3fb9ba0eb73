import CNeuralKernels

/// A factor for each channel and quality level: Format.md, section 5.
package struct GainLayer: Sendable {
  package let channels: Int
  /// For each level, one factor a channel.
  let factors: AlignedArray<Int16>
  /// For each level, 1 … 30.
  let shifts: [Int32]

  /// Multiplies a tensor by the factors of a level, in place, with the level's shift or another.
  func scale(
    _ x: borrowing Tensor, level: Int, shift: Int32? = nil, on execution: Execution
  ) {
    execution.parallelFor(x.rows) { i, _ in
      scale(x.row(i), pixels: x.columns, level: level, shift: shift, execution.kernels)
    }
  }

  /// Multiplies a row of pixels by the factors of a level, in place, with the level's shift or
  /// another.
  func scale(
    _ row: UnsafeMutablePointer<Int16>, pixels: Int, level: Int, shift: Int32? = nil,
    _ kernels: Kernels
  ) {
    var task = tng_gain_row(
      factors: factors.base + level * channels, shift: shift ?? shifts[level],
      channels: Int32(channels), pixels: Int32(pixels), values: row)
    kernels.table.pointee.gain(&task)
  }
}

// MARK: As a kind of layer

extension GainLayer: LayerKind {
  /// Reads the gains of all levels.
  init(parsing reader: inout ParameterReader, levels: Int) throws(ParameterError) {
    let channels = try reader.channels("channels")
    var shifts: [Int32] = []
    self.channels = channels
    factors = try AlignedArray(count: levels * channels) { factors throws(ParameterError) in
      for level in 0..<levels {
        shifts.append(Int32(try reader.u8("shift", in: 1...30)))
        let row = try reader.i16s(channels)
        for c in 0..<channels { factors[level * channels + c] = row.base[c] }
      }
    }
    self.shifts = shifts
  }

  func output(for input: TensorShape, coarsest: Int) -> TensorShape? {
    input.channels == channels ? input : nil
  }

  func memory(for input: TensorShape) -> LayerMemory { LayerMemory(values: channels) }

  func apply(_ input: consuming Tensor, level: Int, on execution: Execution) -> Tensor {
    scale(input, level: level, on: execution)
    return input
  }

  /// A gain is applied to rows where they wait for the layer that follows.
  func stage(for input: StripInput, followedBy layers: inout ArraySlice<Layer>) -> StripStage {
    guard input.gain == nil else {
      layers.insert(.gain(self), at: layers.startIndex)
      return PassingStage(input)
    }
    var input = input
    input.gain = self
    guard let next = layers.popFirst() else { return PassingStage(input) }
    return next.stage(for: input, followedBy: &layers)
  }

  func adjoint() -> LayerAdjoint { GainAdjoint(self) }
}

/// Rows that are handed on as they are after their gain: where no layer follows, or another gain.
private final class PassingStage: StripStage {
  init(_ input: StripInput) {
    super.init(
      input, capacity: input.maximumRows,
      output: (
        columns: input.columns, channels: input.channels, maximumRows: input.maximumRows
      ))
  }

  override func run(
    held: Int, isLast: Bool, on execution: Execution,
    _ output: (Int) -> UnsafeMutablePointer<Int16>
  ) -> (given: Int, used: Int) {
    execution.parallelFor(held) { row, _ in
      output(row).update(from: input.row(row), count: input.rowStride)
    }
    return (held, held)
  }
}

// MARK: Backwards

/// A gain is its own adjoint, but for the shift.
private final class GainAdjoint: LayerAdjoint, @unchecked Sendable {
  private let layer: GainLayer

  init(_ layer: GainLayer) { self.layer = layer }

  override func forward(
    _ input: consuming Tensor, level: Int, recording signs: inout [SignMap], on execution: Execution
  ) -> Tensor {
    layer.scale(input, level: level, on: execution)
    return input
  }

  override func backward(
    _ gradient: consuming Tensor, exponent: inout Int, level: Int, _ signs: inout [SignMap],
    on execution: Execution
  ) -> Tensor {
    let shift = balancedShift(level)
    layer.scale(gradient, level: level, shift: shift, on: execution)
    exponent += Int(layer.shifts[level] - shift) + gradient.normalize(on: execution)
    return gradient
  }

  /// The shift that keeps the mean square of gradients.
  private func balancedShift(_ level: Int) -> Int32 {
    let channels = layer.channels
    let factors = (0..<channels).map { Double(layer.factors.base[level * channels + $0]) }
    return Int32(min(max(-balancedExponent([factors]) - halfLog2(channels), 1), 30))
  }
}
