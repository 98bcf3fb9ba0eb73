import Neural

/// The gradient of 1 − MS-SSIM (Wang, Simoncelli and Bovik 2003) of a plane with an error e, to second order in e.
///
/// With S² a variance in a Gaussian window, a scale's 1 − contrast·structure is S²(e) / (S²(original) + S²(decoded) + C2). With the
/// original's variance for the decoded one's, that is a quadratic form in e, whose gradient has a closed form. The product of the scales
/// becomes the sum of their logarithms to first order. Windows are cut at the edges.
///
/// The arithmetic is of single floating-point operations in a fixed order, which are the same on every machine.
final class StructuralError: @unchecked Sendable {
  private let scales: [Scale]
  private let execution: Execution

  /// The weights of the scales, finest first.
  private static let weights: [Float] = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]

  /// What 1 − MS-SSIM is multiplied by. Training has 1280, but the original's variances, larger than those of the decoded picture, make the
  /// form too small: with half as much again, files of training photographs are smallest at equal MS-SSIM.
  static let factor: Float = 1920

  /// Prepares the gradient at an original.
  init(original: Plane, execution: Execution) {
    self.execution = execution
    var scales: [Scale] = []
    var plane = original
    for (index, weight) in Self.weights.enumerated() {
      let isLast = index + 1 == Self.weights.count
      scales.append(Scale(plane, weight: Self.factor * weight, hasLuminance: isLast, execution))
      if !isLast { plane = plane.halved(execution) }
    }
    self.scales = scales
  }

  /// The memory for a sample, in bytes: of what is kept, two planes at all scales, and of what a gradient takes beside its input at its
  /// worst moment, six planes and the coarser scales of one.
  static let memoryPerSample = (kept: 2 * 4 * 4 / 3 + 1, gradient: 6 * 4 + 4)

  /// Replaces an error by half the gradient, with respect to it, of ``factor``·(1 − MS-SSIM), times the number of pixels.
  func replaceByGradient(_ error: Plane) { replaceByGradient(error, scale: 0) }

  private func replaceByGradient(_ error: Plane, scale index: Int) {
    guard index + 1 < scales.count else { return scales[index].replaceByGradient(error, execution) }
    let coarse = error.halved(execution)
    replaceByGradient(coarse, scale: index + 1)
    scales[index].replaceByGradient(error, execution)
    // The number of pixels is larger by what a pixel counts less in a mean.
    execution.divide(error.rows) { row, _ in
      let (to, from) = (error.row(row), coarse.row(row / 2))
      for column in 0..<error.columns { to[column] += from[column / 2] }
    }
  }
}

/// What the gradient at one scale depends on besides the error.
private struct Scale {
  /// weight / (2·S²(original) + C2) at each window.
  private let sensitivity: Plane
  /// Its sum over the windows that a pixel is in, weighed as they weigh the pixel.
  private let spread: Plane
  /// weight / (2·mean² + C1) at each window; only at the coarsest scale.
  private let luminance: Plane?

  /// (0.01·255)² and (0.03·255)².
  private static let stabilizers: (Float, Float) = (6.5025, 58.5225)

  init(_ original: Plane, weight: Float, hasLuminance: Bool, _ execution: Execution) {
    let means = original.blurred(execution)
    let squares = original.map(execution) { $0 * $0 }.blurred(execution)
    sensitivity = squares.combined(with: means, execution) { square, mean in
      weight / (2 * max(square - mean * mean, 0) + Self.stabilizers.1)
    }
    spread = sensitivity.spread(execution)
    luminance =
      hasLuminance
      ? means.map(execution) { weight / (2 * $0 * $0 + Self.stabilizers.0) } : nil
  }

  func replaceByGradient(_ error: Plane, _ execution: Execution) {
    let means = error.blurred(execution)
    var weighed = means.combined(with: sensitivity, execution) { $0 * $1 }
    if let luminance {
      let bright = means.combined(with: luminance, execution) { $0 * $1 }
      weighed = weighed.combined(with: bright, execution) { $0 - $1 }
    }
    let common = weighed.spread(execution)
    execution.divide(error.rows) { row, _ in
      let (to, spread, common) = (error.row(row), spread.row(row), common.row(row))
      for column in 0..<error.columns { to[column] = to[column] * spread[column] - common[column] }
    }
  }
}

/// A plane of floating-point samples.
final class Plane: @unchecked Sendable {
  let rows: Int
  let columns: Int
  private let memory: Workspace.Block
  private let workspace: Workspace

  /// Creates a plane whose samples are yet to be set.
  init(rows: Int, columns: Int, in workspace: Workspace) {
    self.rows = rows
    self.columns = columns
    self.workspace = workspace
    memory = workspace.take(rows * columns * MemoryLayout<Float>.stride)
  }

  deinit { workspace.recycle(memory) }

  /// The first sample of a row.
  func row(_ index: Int) -> UnsafeMutablePointer<Float> {
    // SAFETY: any bits are a `Float`, and the memory is used as nothing else until it is given back.
    memory.base.assumingMemoryBound(to: Float.self) + index * columns
  }

  fileprivate func map(_ execution: Execution, _ transform: (Float) -> Float) -> Plane {
    combined(with: self, execution) { value, _ in transform(value) }
  }

  @inline(__always)
  fileprivate func combined(
    with other: Plane, _ execution: Execution, _ transform: (Float, Float) -> Float
  ) -> Plane {
    let result = Plane(rows: rows, columns: columns, in: workspace)
    execution.divide(rows) { row, _ in
      let (to, first, second) = (result.row(row), self.row(row), other.row(row))
      for column in 0..<columns { to[column] = transform(first[column], second[column]) }
    }
    return result
  }

  /// Half as many rows and columns, rounded up: means of squares of four samples, of fewer at the edges.
  fileprivate func halved(_ execution: Execution) -> Plane {
    let result = Plane(rows: (rows + 1) / 2, columns: (columns + 1) / 2, in: workspace)
    execution.divide(result.rows) { row, _ in
      let (to, above) = (result.row(row), self.row(2 * row))
      let below = self.row(min(2 * row + 1, rows - 1))
      for column in 0..<result.columns {
        let (left, right) = (2 * column, min(2 * column + 1, columns - 1))
        to[column] = 0.25 * ((above[left] + above[right]) + (below[left] + below[right]))
      }
    }
    return result
  }
}

// MARK: Gaussian windows

extension Plane {
  /// One half of the window of 11 samples with a standard deviation of 1.5, centre first; the whole has the sum 1.
  private static let window: [Float] = [
    0.266_011_72, 0.213_005_54, 0.109_360_69, 0.036_000_773, 0.007_598_758, 0.001_028_380_1,
  ]
  private static let reach = 5

  /// The mean in the window around each sample.
  fileprivate func blurred(_ execution: Execution) -> Plane {
    filtered(execution) { $0 * $1 }
  }

  /// The adjoint of ``blurred(_:)``: each window's value, shared out as the window weighs its samples.
  fileprivate func spread(_ execution: Execution) -> Plane {
    let shares = (Self.shares(rows), Self.shares(columns))
    let scaled = Plane(rows: rows, columns: columns, in: workspace)
    execution.divide(rows) { row, _ in
      let (to, from) = (scaled.row(row), self.row(row))
      for column in 0..<columns { to[column] = from[column] * (shares.0[row] * shares.1[column]) }
    }
    return scaled.filtered(execution) { value, _ in value }
  }

  /// The sum over the window around each sample, of which the second operand of `finish` undoes what the edges cut off.
  @inline(__always)
  private func filtered(
    _ execution: Execution, _ finish: (Float, Float) -> Float
  ) -> Plane {
    let horizontal = Plane(rows: rows, columns: columns, in: workspace)
    execution.divide(rows) { row, _ in
      let (to, from) = (horizontal.row(row), self.row(row))
      for column in 0..<columns { to[column] = Self.window[0] * from[column] }
      for distance in 1...Self.reach where distance < columns {
        let weight = Self.window[distance]
        for column in distance..<columns { to[column] += weight * from[column - distance] }
        for column in 0..<columns - distance { to[column] += weight * from[column + distance] }
      }
    }
    let shares = (Self.shares(rows), Self.shares(columns))
    let result = Plane(rows: rows, columns: columns, in: workspace)
    execution.divide(rows) { row, _ in
      let to = result.row(row)
      let centre = horizontal.row(row)
      for column in 0..<columns { to[column] = Self.window[0] * centre[column] }
      for distance in 1...Self.reach {
        let weight = Self.window[distance]
        for other in [row - distance, row + distance] where other >= 0 && other < rows {
          let from = horizontal.row(other)
          for column in 0..<columns { to[column] += weight * from[column] }
        }
      }
      let share = shares.0[row]
      for column in 0..<columns { to[column] = finish(to[column], share * shares.1[column]) }
    }
    return result
  }

  /// For each place on a side of `count` samples, 1 / the part of the window that is inside.
  private static func shares(_ count: Int) -> [Float] {
    (0..<count).map { place in
      var inside = window[0]
      for distance in 1...reach {
        if place >= distance { inside += window[distance] }
        if place + distance < count { inside += window[distance] }
      }
      return 1 / inside
    }
  }
}
