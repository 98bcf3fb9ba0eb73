/// A curve through points that rises and falls where they do: piecewise cubic Hermite interpolation
/// with the slopes of F. N. Fritsch and J. Butland (1984), known as PCHIP.
///
/// The numbers are those of SciPy's `PchipInterpolator` and MATLAB's `pchip`.
package struct MonotoneCubic {
  private let x: [Double]
  private let y: [Double]
  private let slopes: [Double]

  /// Creates the curve through the points (x[k], y[k]).
  ///
  /// - Precondition: `x` increases strictly, has at least two values and as many as `y`.
  package init(x: [Double], y: [Double]) {
    precondition(x.count >= 2 && x.count == y.count, "a curve needs two points")
    precondition(zip(x, x.dropFirst()).allSatisfy(<), "the abscissas increase")
    self.x = x
    self.y = y
    slopes = Self.slopes(x: x, y: y)
  }

  /// The integral from `lower` to `upper`, both inside the range of the points.
  package func integral(from lower: Double, to upper: Double) -> Double {
    (0..<x.count - 1).reduce(0) { sum, piece in
      let (a, b) = (max(lower, x[piece]), min(upper, x[piece + 1]))
      guard a < b else { return sum }
      // Simpson's rule, exact for cubics.
      let ends = value(at: a, piece: piece) + value(at: b, piece: piece)
      return sum + (b - a) / 6 * (ends + 4 * value(at: (a + b) / 2, piece: piece))
    }
  }

  /// The value of the cubic between the points `piece` and `piece + 1`.
  private func value(at abscissa: Double, piece: Int) -> Double {
    let width = x[piece + 1] - x[piece]
    let t = (abscissa - x[piece]) / width
    let s = 1 - t
    return s * s * ((1 + 2 * t) * y[piece] + width * t * slopes[piece])
      + t * t * ((1 + 2 * s) * y[piece + 1] - width * s * slopes[piece + 1])
  }
}

// MARK: - Slopes

extension MonotoneCubic {
  /// The slope of the curve at each point.
  private static func slopes(x: [Double], y: [Double]) -> [Double] {
    let widths = zip(x.dropFirst(), x).map(-)
    let secants = zip(zip(y.dropFirst(), y).map(-), widths).map(/)
    guard secants.count > 1 else { return [secants[0], secants[0]] }
    let inner = (1..<secants.count).map { k in
      innerSlope(widths[k - 1], widths[k], secants[k - 1], secants[k])
    }
    let last = secants.count - 1
    let first = endSlope(widths[0], widths[1], secants[0], secants[1])
    let end = endSlope(widths[last], widths[last - 1], secants[last], secants[last - 1])
    return [first] + inner + [end]
  }

  /// The slope between two pieces: 0 at an extremum, otherwise the weighted harmonic mean of the
  /// secants.
  private static func innerSlope(
    _ widthBefore: Double, _ widthAfter: Double, _ secantBefore: Double, _ secantAfter: Double
  ) -> Double {
    guard secantBefore * secantAfter > 0 else { return 0 }
    let weightBefore = 2 * widthAfter + widthBefore
    let weightAfter = widthAfter + 2 * widthBefore
    return (weightBefore + weightAfter)
      / (weightBefore / secantBefore + weightAfter / secantAfter)
  }

  /// The slope at an end, from the piece there and the one beyond: that of the parabola through the
  /// three points, limited so that the curve stays monotone.
  private static func endSlope(
    _ width: Double, _ widthBeyond: Double, _ secant: Double, _ secantBeyond: Double
  ) -> Double {
    let slope = ((2 * width + widthBeyond) * secant - width * secantBeyond) / (width + widthBeyond)
    guard slope * secant > 0 else { return 0 }
    let turns = secant * secantBeyond <= 0
    return turns && slope.magnitude > 3 * secant.magnitude ? 3 * secant : slope
  }
}
