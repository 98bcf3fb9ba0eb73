/// The transpose of a linear layer, which runs on the same kernel, and what it adds to the exponent
/// of a gradient.
struct Transposed<Layer: Sendable>: Sendable {
  let layer: Layer
  let exponent: Int
}

/// A row of real weights as integers with a shift, whose sums cannot overflow 32 bits.
struct ScaledRow {
  let weights: [Int16]
  let shift: Int32
  /// Added to a sum so that its shift rounds to nearest.
  var rounding: Int32 { 1 << (shift - 1) }

  /// The largest sum of magnitudes, and the largest shift, for which 32768 times the one and half a
  /// unit of the other fit 31 bits.
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
func power(_ exponent: Int32) -> Double {
  Double(sign: .plus, exponent: Int(exponent), significand: 1)
}

/// The exponent with which a product with the matrix keeps the mean square of its input.
func balancedExponent(_ rows: [[Double]]) -> Int {
  let energy = rows.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } } / Double(rows.count)
  return energy > 0 ? -((Int(energy.exponent) + 1) >> 1) : 0
}

/// Half the binary logarithm, rounded.
func halfLog2(_ count: Int) -> Int { (Int(Double(count).exponent) + 1) >> 1 }
