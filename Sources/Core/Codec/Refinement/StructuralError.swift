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
    // SAFETY: any bits are a `Float`, and the memory is used as nothing else until it is given
    // back.
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
    execution.parallelFor(rows) { row, _ in
      let (to, first, second) = (result.row(row), self.row(row), other.row(row))
      for column in 0..<columns { to[column] = transform(first[column], second[column]) }
    }
    return result
  }

  /// Half as many rows and columns, rounded up: means of squares of four samples, of fewer at the
  /// edges.
  fileprivate func halved(_ execution: Execution) -> Plane {
    let result = Plane(rows: (rows + 1) / 2, columns: (columns + 1) / 2, in: workspace)
    execution.parallelFor(result.rows) { row, _ in
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
  /// One half of the window of 11 samples with a standard deviation of 1.5, centre first; the whole
  /// has the sum 1.
  private static let window: [Float] = [
    0.266_011_72, 0.213_005_54, 0.109_360_69, 0.036_000_773, 0.007_598_758, 0.001_028_380_1,
  ]
  private static let reach = 5

  /// The mean in the window around each sample.
  fileprivate func blurred(_ execution: Execution) -> Plane {
    filtered(execution) { $0 * $1 }
  }

  /// The adjoint of ``blurred(_:)``: each window's value, shared out as the window weighs its
  /// samples.
  fileprivate func spread(_ execution: Execution) -> Plane {
    let shares = (Self.shares(rows), Self.shares(columns))
    let scaled = Plane(rows: rows, columns: columns, in: workspace)
    execution.parallelFor(rows) { row, _ in
      let (to, from) = (scaled.row(row), self.row(row))
      for column in 0..<columns { to[column] = from[column] * (shares.0[row] * shares.1[column]) }
    }
    return scaled.filtered(execution) { value, _ in value }
  }

  /// The sum over the window around each sample, of which the second operand of `finish` undoes
  /// what the edges cut off.
  @inline(__always)
  private func filtered(
    _ execution: Execution, _ finish: (Float, Float) -> Float
  ) -> Plane {
    let horizontal = Plane(rows: rows, columns: columns, in: workspace)
    execution.parallelFor(rows) { row, _ in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: columns + 2 * Self.reach) { padded in
        padded.initialize(repeating: 0)
        let centre = padded.baseAddress! + Self.reach
        centre.update(from: self.row(row), count: columns)
        Self.sum(
          centre, centre - 1, centre + 1, centre - 2, centre + 2, centre - 3, centre + 3,
          centre - 4, centre + 4, centre - 5, centre + 5, to: horizontal.row(row), count: columns)
      }
    }
    let outside = Plane(rows: 1, columns: columns, in: workspace)
    outside.row(0).update(repeating: 0, count: columns)
    let shares = (Self.shares(rows), Self.shares(columns))
    let result = Plane(rows: rows, columns: columns, in: workspace)
    execution.parallelFor(rows) { row, _ in
      let inside = 0..<rows
      func line(_ distance: Int) -> UnsafeMutablePointer<Float> {
        inside.contains(row + distance) ? horizontal.row(row + distance) : outside.row(0)
      }
      let to = result.row(row)
      Self.sum(
        line(0), line(-1), line(1), line(-2), line(2), line(-3), line(3), line(-4), line(4),
        line(-5), line(5), to: to, count: columns)
      let share = shares.0[row]
      for column in 0..<columns { to[column] = finish(to[column], share * shares.1[column]) }
    }
    return result
  }

  /// Sums samples and those around them, as the window weighs them.
  private static func sum(
    _ s: UnsafePointer<Float>, _ a1: UnsafePointer<Float>, _ b1: UnsafePointer<Float>,
    _ a2: UnsafePointer<Float>, _ b2: UnsafePointer<Float>, _ a3: UnsafePointer<Float>,
    _ b3: UnsafePointer<Float>, _ a4: UnsafePointer<Float>, _ b4: UnsafePointer<Float>,
    _ a5: UnsafePointer<Float>, _ b5: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>,
    count: Int
  ) {
    let w = (window[0], window[1], window[2], window[3], window[4], window[5])
    for i in 0..<count {
      var sum = w.0 * s[i] + w.1 * (a1[i] + b1[i])
      sum += w.2 * (a2[i] + b2[i])
      sum += w.3 * (a3[i] + b3[i])
      sum += w.4 * (a4[i] + b4[i])
      sum += w.5 * (a5[i] + b5[i])
      to[i] = sum
    }
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
