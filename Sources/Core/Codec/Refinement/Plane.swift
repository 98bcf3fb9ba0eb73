import Neural

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

  /// Creates a plane as large as another, whose samples are yet to be set.
  convenience init(like other: Plane) {
    self.init(rows: other.rows, columns: other.columns, in: other.workspace)
  }

  deinit { workspace.recycle(memory) }

  /// The first sample of a row.
  func row(_ index: Int) -> UnsafeMutablePointer<Float> {
    // SAFETY: any bits are a `Float`, and the memory is used as nothing else until it is given
    // back.
    memory.base.assumingMemoryBound(to: Float.self) + index * columns
  }

  func map(_ execution: Execution, _ transform: (Float) -> Float) -> Plane {
    combined(with: self, execution) { value, _ in transform(value) }
  }

  @inline(__always)
  func combined(
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
  func halved(_ execution: Execution) -> Plane {
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
  func blurred(_ execution: Execution) -> Plane {
    filtered(execution) { $0 * $1 }
  }

  /// The adjoint of ``blurred(_:)``: each window's value, shared out as the window weighs its
  /// samples.
  func spread(_ execution: Execution) -> Plane {
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
