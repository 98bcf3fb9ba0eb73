import Neural

/// A quadratic stand-in for what models of the objective `perceptual` are trained for, SSIMULACRA2's
/// error term and half of the mean squared error, of a picture with an error e
/// (Documentation/Decisions/0005-refinement.md).
///
/// Errors are taken to XYB, a colour space of cone responses, by the derivative at the original. In
/// each of its planes, at a few scales, their squares are weighted by what the structure of the
/// original hides there, 1 / (2·S² + C), with S² its variance in a Gaussian window: to second order
/// that is SSIMULACRA2's structure map. How much each plane and scale counts was fitted to the
/// gradient of the whole metric.
///
/// The arithmetic is of single floating-point operations in a fixed order, which are the same on
/// every machine.
final class PerceptualError: @unchecked Sendable {
  private let response: ConeResponse
  /// Of X, Y and B: the weights at each scale, finest first; nil where a scale does not count.
  private let weights: [[Plane?]]
  private let execution: Execution

  /// What each scale of X, Y and B counts, finest first.
  private static let shares: [[Float]] = [
    [0, 1.95e-4, 2.76e-4],
    [1.79e-3, 1.84e-3, 1.79e-2],
    [0, 0, 4.28e-4, 2.86e-3, 1.74e-3],
  ]
  /// What the squared error itself counts.
  static let plainShare: Float = 0.51

  /// Prepares the gradient at an original: its red, green and blue, 0 … 255.
  init(original: [Plane], execution: Execution) {
    self.execution = execution
    let light = original.map { $0.map(execution) { SRGB.light[Int($0)] } }
    response = ConeResponse(original, light: light, execution)
    weights = Self.weights(light, execution)
  }

  /// The memory for a sample, in bytes: of what is kept, and of what a gradient takes beside its
  /// input at its worst moment.
  static let memoryPerSample = (kept: 6 * 4 + 2 * 4, gradient: 5 * 4)

  /// Replaces the errors of red, green and blue by half the gradient, with respect to them, of the
  /// stand-in, times the number of samples.
  func replaceByGradient(_ errors: [Plane]) {
    let seen = response.seen(errors, execution)
    for (plane, weights) in zip(seen, weights) { weigh(plane, weights[...]) }
    response.addReturned(seen, to: errors, keeping: Self.plainShare, execution)
  }

  private func weigh(_ plane: Plane, _ weights: ArraySlice<Plane?>) {
    var coarse: Plane?
    if weights.count > 1 {
      let halved = plane.halved(execution)
      weigh(halved, weights.dropFirst())
      coarse = halved
    }
    let weight = weights.first ?? nil
    execution.parallelFor(plane.rows) { row, _ in
      let (to, weight, coarse) = (plane.row(row), weight?.row(row), coarse?.row(row / 2))
      for column in 0..<plane.columns {
        var value: Float = 0
        if let weight { value = to[column] * weight[column] }
        if let coarse { value += coarse[column / 2] }
        to[column] = value
      }
    }
  }

  private static func weights(_ light: [Plane], _ execution: Execution) -> [[Plane?]] {
    var result: [[Plane?]] = shares.map { _ in [] }
    var light = light
    for scale in 0..<shares.reduce(0, { max($0, $1.count) }) {
      if scale > 0 { light = light.map { $0.halved(execution) } }
      let planes = XYB.planes(light, execution)
      for color in shares.indices where scale < shares[color].count {
        let share = shares[color][scale]
        result[color].append(share > 0 ? weight(planes[color], share, execution) : nil)
      }
    }
    return result
  }

  /// The share by what the plane hides, summed over the windows that a sample is in.
  private static func weight(_ plane: Plane, _ share: Float, _ execution: Execution) -> Plane {
    let means = plane.blurred(execution)
    let squares = plane.map(execution) { $0 * $0 }.blurred(execution)
    return squares.combined(with: means, execution) { square, mean in
      share / (2 * max(square - mean * mean, 0) + stabilizer)
    }.spread(execution)
  }

  /// SSIMULACRA2's C2.
  private static let stabilizer: Float = 0.0009
}

/// How XYB answers to small changes of red, green and blue: the derivative at an original.
private struct ConeResponse {
  /// Of light by red, green and blue.
  private let light: [Plane]
  /// Of the cones' answers by what they absorb.
  private let cones: [Plane]

  init(_ original: [Plane], light: [Plane], _ execution: Execution) {
    self.light = original.map { $0.map(execution) { SRGB.slopes[Int($0)] } }
    cones = XYB.absorbed(light, execution)
    for cone in cones {
      execution.parallelFor(cone.rows) { row, _ in
        let values = cone.row(row)
        for column in 0..<cone.columns {
          let root = inverseCubeRoot(values[column])
          values[column] = root * root / 3
        }
      }
    }
  }

  /// Errors of red, green and blue as errors of X, Y and B.
  func seen(_ errors: [Plane], _ execution: Execution) -> [Plane] {
    let seen = errors.map { Plane(like: $0) }
    execution.parallelFor(errors[0].rows) { row, _ in
      let (r, g, b) = (errors[0].row(row), errors[1].row(row), errors[2].row(row))
      let (lr, lg, lb) = (light[0].row(row), light[1].row(row), light[2].row(row))
      let (long, medium, short) = (cones[0].row(row), cones[1].row(row), cones[2].row(row))
      let (x, y, blue) = (seen[0].row(row), seen[1].row(row), seen[2].row(row))
      for i in 0..<errors[0].columns {
        let (red, green, light) = (r[i] * lr[i], g[i] * lg[i], b[i] * lb[i])
        let (l, m, s) = XYB.absorbed(red, green, light)
        let (first, second) = (l * long[i], m * medium[i])
        x[i] = 7 * (first - second)
        y[i] = 0.5 * (first + second)
        blue[i] = s * short[i] - y[i]
      }
    }
    return seen
  }

  /// The adjoint of ``seen(_:_:)``, added to the errors, of which a share is kept.
  func addReturned(
    _ seen: [Plane], to errors: [Plane], keeping share: Float, _ execution: Execution
  ) {
    execution.parallelFor(errors[0].rows) { row, _ in
      let (r, g, b) = (errors[0].row(row), errors[1].row(row), errors[2].row(row))
      let (lr, lg, lb) = (light[0].row(row), light[1].row(row), light[2].row(row))
      let (long, medium, short) = (cones[0].row(row), cones[1].row(row), cones[2].row(row))
      let (x, y, blue) = (seen[0].row(row), seen[1].row(row), seen[2].row(row))
      for i in 0..<errors[0].columns {
        let common = 0.5 * (y[i] - blue[i])
        let (l, m) = ((7 * x[i] + common) * long[i], (common - 7 * x[i]) * medium[i])
        let (red, green, light) = XYB.returned(l, m, blue[i] * short[i])
        r[i] = share * r[i] + red * lr[i]
        g[i] = share * g[i] + green * lg[i]
        b[i] = share * b[i] + light * lb[i]
      }
    }
  }
}

/// The colour space of SSIMULACRA2 (Alakuijala et al. 2019, "JPEG XL next-generation image
/// compression architecture and coding tools"), up to constants that do not matter here.
private enum XYB {
  private static let long: (Float, Float, Float) = (0.30, 0.622, 0.078)
  private static let medium: (Float, Float, Float) = (0.23, 0.692, 0.078)
  private static let short: (Float, Float, Float) = (0.243_422_69, 0.204_767_44, 0.551_809_87)
  private static let bias: Float = 0.003_793_073_3

  /// What the cones absorb of some light.
  @inline(__always)
  static func absorbed(_ r: Float, _ g: Float, _ b: Float) -> (Float, Float, Float) {
    (
      long.0 * r + long.1 * g + long.2 * b,
      medium.0 * r + medium.1 * g + medium.2 * b,
      short.0 * r + short.1 * g + short.2 * b
    )
  }

  /// The adjoint of ``absorbed(_:_:_:)``.
  @inline(__always)
  static func returned(_ l: Float, _ m: Float, _ s: Float) -> (Float, Float, Float) {
    (
      long.0 * l + medium.0 * m + short.0 * s,
      long.1 * l + medium.1 * m + short.1 * s,
      long.2 * l + medium.2 * m + short.2 * s
    )
  }

  /// What the cones absorb, and what they do in the dark.
  static func absorbed(_ light: [Plane], _ execution: Execution) -> [Plane] {
    let cones = light.map { Plane(like: $0) }
    execution.parallelFor(light[0].rows) { row, _ in
      let (r, g, b) = (light[0].row(row), light[1].row(row), light[2].row(row))
      let (long, medium, short) = (cones[0].row(row), cones[1].row(row), cones[2].row(row))
      for i in 0..<light[0].columns {
        let (l, m, s) = absorbed(r[i], g[i], b[i])
        (long[i], medium[i], short[i]) = (l + bias, m + bias, s + bias)
      }
    }
    return cones
  }

  /// X, Y and B of light.
  static func planes(_ light: [Plane], _ execution: Execution) -> [Plane] {
    let cones = absorbed(light, execution)
    execution.parallelFor(cones[0].rows) { row, _ in
      let (long, medium, short) = (cones[0].row(row), cones[1].row(row), cones[2].row(row))
      for i in 0..<cones[0].columns {
        let (l, m, s) = (cubeRoot(long[i]), cubeRoot(medium[i]), cubeRoot(short[i]))
        let y = 0.5 * (l + m)
        (long[i], medium[i], short[i]) = (7 * (l - m), y, s - y)
      }
    }
    return cones
  }
}

/// The curve of sRGB.
private enum SRGB {
  /// The light of each sample, 0 … 1.
  static let light: [Float] = (0..<256).map { sample in
    let value = Double(sample) / 255
    guard value > 0.04045 else { return Float(value / 12.92) }
    let base = (value + 0.055) / 1.055
    return Float(base * base * fifthRoot(base * base))
  }

  /// The derivative of the light by the value, 0 … 1, of each sample.
  static let slopes: [Float] = (0..<256).map { sample in
    let value = Double(sample) / 255
    guard value > 0.04045 else { return Float(1 / 12.92) }
    let base = (value + 0.055) / 1.055
    return Float(2.4 / 1.055 * base * fifthRoot(base * base))
  }

  /// By Newton's method, of a number from 0.001 to 1.
  private static func fifthRoot(_ value: Double) -> Double {
    var root = 1.0
    for _ in 0..<40 {
      let square = root * root
      root -= (root * square * square - value) / (5 * square * square)
    }
    return root
  }
}

/// 1 / ∛value, for a normal number above 0, by Newton's method.
@inline(__always)
private func inverseCubeRoot(_ value: Float) -> Float {
  // A third of the exponent, and nearly a third of the rest.
  var root = Float(bitPattern: 0x54A2_FA8C - value.bitPattern / 3)
  for _ in 0..<3 { root *= (4 - value * root * root * root) / 3 }
  return root
}

@inline(__always)
private func cubeRoot(_ value: Float) -> Float {
  let root = inverseCubeRoot(value)
  return value * root * root
}
