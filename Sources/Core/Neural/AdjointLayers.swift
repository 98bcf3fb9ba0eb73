import CNeuralKernels

// The adjoint of a layer takes the gradient with respect to its outputs to that with respect to its inputs. It runs on the layers' own
// kernels, in 16-bit integers: a gradient is an integer tensor times a power of two, and each adjoint has an exponent, by which
// that power grows. So a gradient is the same on every machine.

/// A linear layer's adjoint and what it adds to the exponent of the gradient.
struct Adjoint<Layer: Sendable>: Sendable {
  let layer: Layer
  let exponent: Int
}

extension PointwiseLayer {
  /// The adjoint, with the given exponent, or with the one that keeps the mean square of gradients about the same.
  func adjoint(exponent: Int? = nil) -> Adjoint<PointwiseLayer> {
    let units = (0..<outputs).map { power(-shift.base[$0]) }
    let rows = (0..<inputs).map { input in
      (0..<outputs).map { Double(weight($0, input)) * units[$0] }
    }
    let exponent = exponent ?? levelling(rows)
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
    return Adjoint(layer: layer, exponent: exponent)
  }

  private func weight(_ output: Int, _ input: Int) -> Int16 {
    weights.base[Self.place(output, input, inputs: inputs)]
  }

  /// Where a weight is, packed as `tng_pointwise_layer` asks.
  private static func place(_ output: Int, _ input: Int, inputs: Int) -> Int {
    output / 16 * 16 * inputs + input / 2 * 32 + output % 16 * 2 + input % 2
  }
}

extension DepthwiseLayer {
  /// The adjoint, with the exponent that keeps the mean square of gradients about the same.
  func adjoint() -> Adjoint<DepthwiseLayer> {
    let rows = (0..<channels).map { channel in
      (0..<9).map { tap in
        Double(weights.base[Self.place(channel, 8 - tap)]) * power(-shift.base[channel])
      }
    }
    let exponent = levelling(rows)
    let scaled = rows.map { ScaledRow($0, exponent: exponent) }
    let layer = DepthwiseLayer(
      channels: channels,
      weights: AlignedArray(count: 10 * channels) { packed in
        for (channel, scaled) in scaled.enumerated() {
          for (tap, weight) in scaled.weights.enumerated() {
            packed[Self.place(channel, tap)] = weight
          }
        }
      },
      bias: AlignedArray(scaled.map { $0.rounding }), shift: AlignedArray(scaled.map { $0.shift }))
    return Adjoint(layer: layer, exponent: exponent)
  }
}

/// The adjoints of a block's layers. Those of each branch have exponents of sum 0, so that both can be added to what passes by.
struct BlockAdjoint: Sendable {
  let a: PointwiseLayer
  let depthwise: DepthwiseLayer
  let b: PointwiseLayer
  let f: PointwiseLayer
  let g: PointwiseLayer

  init(_ block: BlockLayer) {
    let (b, depthwise, g) = (block.b.adjoint(), block.depthwise.adjoint(), block.g.adjoint())
    self.b = b.layer
    self.depthwise = depthwise.layer
    self.g = g.layer
    a = block.a.adjoint(exponent: -b.exponent - depthwise.exponent).layer
    f = block.f.adjoint(exponent: -g.exponent).layer
  }
}

extension GainLayer {
  /// The shift with which the layer is its own adjoint at a level, and the exponent it then has.
  func adjoint(level: Int) -> (shift: Int32, exponent: Int) {
    let factors = (0..<channels).map { Double(self.factors.base[level * channels + $0]) }
    let shift = Int32(min(max(-levelling([factors]) - halfLog2(channels), 1), 30))
    return (shift, Int(shifts[level] - shift))
  }
}

/// A row of real weights as integers with a shift, whose sums cannot leave 32 bits.
private struct ScaledRow {
  let weights: [Int16]
  let shift: Int32
  /// What rounds the shifted sum.
  var rounding: Int32 { 1 << (shift - 1) }

  /// The largest sum of magnitudes, and the largest shift, for which 32768 times the one and half a unit of the other fit 31 bits.
  private static let maximumSum = 65_000.0
  private static let maximumShift = 24

  init(_ row: [Double], exponent: Int) {
    let sum = row.reduce(0) { $0 + abs($1) }
    let largest = row.reduce(0) { max($0, abs($1)) }
    // Rounding adds half a unit to each weight.
    let room = Self.maximumSum - Double(row.count)
    var scale = min(max(Self.maximumShift + exponent, -60), 60)
    while scale > -60, sum * power(Int32(scale)) > room || largest * power(Int32(scale)) > 32_766 {
      scale -= 1
    }
    shift = Int32(min(max(scale - exponent, 1), Self.maximumShift))
    let unit = power(Int32(scale))
    weights = row.map { Int16(($0 * unit).rounded(.toNearestOrEven)) }
  }
}

/// 2 to a power, exactly.
private func power(_ exponent: Int32) -> Double {
  Double(sign: .plus, exponent: Int(exponent), significand: 1)
}

/// The exponent that keeps the mean square of what passes through a matrix about the same.
private func levelling(_ rows: [[Double]]) -> Int {
  let energy = rows.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } } / Double(rows.count)
  return energy > 0 ? -((Int(energy.exponent) + 1) >> 1) : 0
}

/// Half the binary logarithm, rounded.
private func halfLog2(_ count: Int) -> Int { (Int(Double(count).exponent) + 1) >> 1 }
