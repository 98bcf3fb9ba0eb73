/// Logarithms and powers by IEEE additions, multiplications and divisions alone, in a fixed order:
/// the same bits on every machine, which the functions of C libraries do not promise. They are
/// exact to about 15 digits.
extension Double {
  /// e raised to this number.
  var exponential: Double { Self.powerOfTwo(self / Self.ln2) }

  /// Ten times the logarithm to the base 10: a ratio of powers in decibels.
  var decibels: Double { 10 * binaryLogarithm / Self.log2Of10 }

  /// The ratio of powers that a number of decibels is.
  var ratioFromDecibels: Double { Self.powerOfTwo(self / 10 * Self.log2Of10) }

  /// This number, at least 0, raised to a positive power.
  func raised(to power: Double) -> Double {
    Self.powerOfTwo(power * binaryLogarithm)
  }
}

extension Double {
  private static let ln2 = 0.693147180559945309417232121458
  private static let log2Of10 = 3.32192809488736234787031942949

  /// The logarithm to the base 2: −∞ for 0, NaN for less.
  private var binaryLogarithm: Double {
    guard self > 0 else { return self == 0 ? -.infinity : .nan }
    guard isFinite else { return self }
    // 2^exponent · m with m from √½ to √2.
    let isUpper = significand > 2.0.squareRoot()
    let m = isUpper ? significand / 2 : significand
    let whole = Double(exponent) + (isUpper ? 1 : 0)
    // ln m = 2·artanh z = 2·(z + z³/3 + z⁵/5 + …), |z| < 0.172.
    let z = (m - 1) / (m + 1)
    let square = z * z
    var series = 0.0
    for divisor in stride(from: 25.0, through: 1, by: -2) {
      series = series * square + 1 / divisor
    }
    return whole + 2 * z * series / Self.ln2
  }

  /// 2 raised to a power.
  private static func powerOfTwo(_ power: Double) -> Double {
    guard power > -1022 else { return power.isNaN ? .nan : 0 }
    guard power < 1024 else { return power.isNaN ? .nan : .infinity }
    let whole = power.rounded()
    // e^t = 1 + t·(1 + t/2·(1 + t/3·(…))), |t| < 0.347.
    let t = (power - whole) * ln2
    var series = 1.0
    for divisor in stride(from: 15.0, through: 1, by: -1) {
      series = 1 + t / divisor * series
    }
    // In two factors: 2^1024 is no number, its half times almost 2 is one.
    return series * Double(sign: .plus, exponent: Int(whole) - 1, significand: 1) * 2
  }
}
