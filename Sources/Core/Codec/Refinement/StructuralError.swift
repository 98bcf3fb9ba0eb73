import Neural

/// The gradient of 1 − MS-SSIM (Wang, Simoncelli and Bovik 2003) of a plane with an error e.
///
/// With S² a variance in a Gaussian window, a scale's 1 − contrast·structure is S²(e) /
/// (S²(original) + S²(decoded) + C2), and its gradient has a closed form. The product of the scales
/// becomes the sum of their logarithms to first order. Windows are cut at the edges. At the finest
/// scale, which counts little and costs most, the mean square of the error stands for its variance,
/// and for the variances of both pictures that of the original in windows twice as wide.
///
/// The arithmetic is of single floating-point operations in a fixed order, which are the same on
/// every machine.
final class StructuralError: @unchecked Sendable {
  private let finest: FinestScale
  /// The others, finest first.
  private let scales: [Scale]
  private let execution: Execution

  /// The weights of the scales, finest first.
  private static let weights: [Float] = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]

  /// Prepares the gradient at an original.
  ///
  /// - Parameter factor: what 1 − MS-SSIM is multiplied by.
  init(original: Plane, factor: Float, execution: Execution) {
    self.execution = execution
    var plane = original.halved(execution)
    finest = FinestScale(
      original, halved: plane, weight: factor * Self.weights[0], execution)
    var scales: [Scale] = []
    for (index, weight) in Self.weights.enumerated().dropFirst() {
      let isLast = index + 1 == Self.weights.count
      scales.append(Scale(plane, weight: factor * weight, hasLuminance: isLast, execution))
      if !isLast { plane = plane.halved(execution) }
    }
    self.scales = scales
  }

  /// The memory for a sample, in bytes: of what is kept, three planes at all scales but the finest
  /// and one there, and of what a gradient takes beside its input at its worst moment.
  static let memoryPerSample = (kept: 6, gradient: 4 * 4)

  /// Replaces an error by half the gradient, with respect to it, of the factor times 1 − MS-SSIM,
  /// times the number of pixels.
  func replaceByGradient(_ error: Plane) {
    let coarse = error.halved(execution)
    replaceByGradient(coarse, scales[...])
    let spread = finest.spread
    execution.parallelFor(error.rows) { row, _ in
      let (to, spread, coarse) = (error.row(row), spread.row(row / 2), coarse.row(row / 2))
      for column in 0..<error.columns {
        to[column] = to[column] * spread[column / 2] + coarse[column / 2]
      }
    }
  }

  private func replaceByGradient(_ error: Plane, _ scales: ArraySlice<Scale>) {
    guard scales.count > 1 else { return scales.first!.replaceByGradient(error, execution) }
    let coarse = error.halved(execution)
    replaceByGradient(coarse, scales.dropFirst())
    scales.first!.replaceByGradient(error, execution)
    // The number of pixels is larger by what a pixel counts less in a mean.
    execution.parallelFor(error.rows) { row, _ in
      let (to, from) = (error.row(row), coarse.row(row / 2))
      for column in 0..<error.columns { to[column] += from[column / 2] }
    }
  }
}

/// (0.01·255)² and (0.03·255)².
private let stabilizers: (Float, Float) = (6.5025, 58.5225)

/// What the gradient at the finest scale depends on besides the error.
private struct FinestScale {
  /// weight / (2·S²(original) + C2), summed over the windows that a pixel is in, for squares of
  /// four pixels.
  let spread: Plane

  init(_ original: Plane, halved: Plane, weight: Float, _ execution: Execution) {
    let means = halved.blurred(execution)
    let squares = original.map(execution) { $0 * $0 }.halved(execution).blurred(execution)
    spread = squares.combined(with: means, execution) { square, mean in
      weight / (2 * max(square - mean * mean, 0) + stabilizers.1)
    }.spread(execution)
  }
}

/// What the gradient at one scale depends on besides the error.
private struct Scale {
  private let original: Plane
  /// The original's mean at each window.
  private let means: Plane
  /// 2·S²(original) + C2 at each window.
  private let variances: Plane
  /// weight / (2·mean² + C1) at each window; only at the coarsest scale.
  private let luminance: Plane?
  private let weight: Float

  init(_ original: Plane, weight: Float, hasLuminance: Bool, _ execution: Execution) {
    self.original = original
    self.weight = weight
    means = original.blurred(execution)
    let squares = original.map(execution) { $0 * $0 }.blurred(execution)
    variances = squares.combined(with: means, execution) { square, mean in
      2 * max(square - mean * mean, 0) + stabilizers.1
    }
    luminance =
      hasLuminance
      ? means.map(execution) { weight / (2 * $0 * $0 + stabilizers.0) } : nil
  }

  func replaceByGradient(_ error: Plane, _ execution: Execution) {
    // Half the gradient of V / D, with V = S²(error) and D = S²(original) + S²(decoded) + C2, by a
    // sample of the window, is what the window weighs it by times ((D − V)·(error − its mean) −
    // V·(original − its mean)) / D².
    let ofError = error.blurred(execution)
    let ofSquare = error.map(execution) { $0 * $0 }.blurred(execution)
    let ofProduct = error.combined(with: original, execution) { $0 * $1 }.blurred(execution)
    execution.parallelFor(error.rows) { row, _ in
      let (e, square, product) = (ofError.row(row), ofSquare.row(row), ofProduct.row(row))
      let (mean, variance) = (means.row(row), variances.row(row))
      for i in 0..<error.columns {
        let v = max(square[i] - e[i] * e[i], 0)
        let rest = max(variance[i] + 2 * (product[i] - mean[i] * e[i]), stabilizers.1)
        let scale = weight / ((v + rest) * (v + rest))
        let (byError, byOriginal) = (scale * rest, scale * v)
        square[i] = byError
        product[i] = byOriginal
        // Means count as luminance, not as contrast.
        e[i] = byOriginal * mean[i] - (byError - (luminance?.row(row)[i] ?? 0)) * e[i]
      }
    }
    let byError = ofSquare.spread(execution)
    let byOriginal = ofProduct.spread(execution)
    let common = ofError.spread(execution)
    execution.parallelFor(error.rows) { row, _ in
      let (to, original) = (error.row(row), original.row(row))
      let (byError, byOriginal) = (byError.row(row), byOriginal.row(row))
      let common = common.row(row)
      for i in 0..<error.columns {
        to[i] = to[i] * byError[i] - original[i] * byOriginal[i] + common[i]
      }
    }
  }
}
