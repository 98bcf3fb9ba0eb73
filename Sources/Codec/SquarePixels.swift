import Neural

/// The pixels of a window of latents in a tensor of squares, as the synthesis gives them before they are put in rows: of each position
/// the rows of its square, in them its columns, in them red, green, blue.
struct SquarePixels {
  private let side: Int
  private let top: Int
  private let left: Int

  init(window: TileArea, _ squares: borrowing Tensor) {
    side = latentReduction * window.rows.count / squares.rows
    top = window.rows.lowerBound * latentReduction
    left = window.columns.lowerBound * latentReduction
  }

  /// Calls `body` with the row and the column of each pixel in the picture, and its three values.
  @inline(__always)
  func forEach(
    in squares: borrowing Tensor, on execution: Execution,
    _ body: (_ row: Int, _ column: Int, _ values: UnsafeMutablePointer<Int16>) -> Void
  ) {
    execution.divide(squares.rows) { row, _ in
      var values = squares.row(row)
      for column in 0..<squares.columns {
        for y in 0..<side {
          for x in 0..<side {
            body(top + row * side + y, left + column * side + x, values)
            values += 3
          }
        }
      }
    }
  }

  /// One colour.
  func plane(of squares: borrowing Tensor, color: Int, on execution: Execution) -> Plane {
    let plane = Plane(
      rows: squares.rows * side, columns: squares.columns * side, in: execution.workspace)
    forEach(in: squares, on: execution) { row, column, values in
      plane.row(row - top)[column - left] = Float(values[color])
    }
    return plane
  }

  /// Writes three colours, times a power of two for which they make good use of 16 bits; returns its exponent.
  func write(_ colors: [Plane], to squares: borrowing Tensor, on execution: Execution) -> Int {
    let largest = colors.reduce(0) { max($0, $1.largestMagnitude) }
    guard largest > 0, largest.isFinite else {
      squares.values.update(repeating: 0)
      return 0
    }
    let exponent = 13 - Int(largest.exponent)
    let scale = Float(sign: .plus, exponent: exponent, significand: 1)
    forEach(in: squares, on: execution) { row, column, values in
      for color in 0..<3 {
        let value = colors[color].row(row - top)[column - left] * scale
        values[color] = Int16(value.rounded(.toNearestOrEven))
      }
    }
    return exponent
  }
}

extension Plane {
  fileprivate var largestMagnitude: Float {
    (0..<rows).reduce(0) { largest, row in
      let values = self.row(row)
      return (0..<columns).reduce(largest) { max($0, abs(values[$1])) }
    }
  }
}
