import Models
import Neural

/// The pixels of a window of latents as they are before the last shuffle of the synthesis: a tensor
/// whose channels hold, for each position, the rows of its square of pixels, in them the columns,
/// in them red, green, blue.
struct UnshuffledPixels {
  /// The pixels on a side of a square.
  let side: Int
  private let top: Int
  private let left: Int

  init(window: TileArea, _ unshuffled: borrowing Tensor, _ geometry: LatentGeometry) {
    side = geometry.latentReduction * window.rows.count / unshuffled.rows
    top = window.rows.lowerBound * geometry.latentReduction
    left = window.columns.lowerBound * geometry.latentReduction
  }

  /// Calls `body` with each row of each square: the row and the first column in the picture, and
  /// the values of its ``side`` pixels.
  @inline(__always)
  func forEachRow(
    in unshuffled: borrowing Tensor, on execution: Execution,
    _ body: (_ row: Int, _ column: Int, _ values: UnsafeMutablePointer<Int16>) -> Void
  ) {
    execution.parallelFor(unshuffled.rows) { row, _ in
      var values = unshuffled.row(row)
      for column in 0..<unshuffled.columns {
        for y in 0..<side {
          body(top + row * side + y, left + column * side, values)
          values += 3 * side
        }
      }
    }
  }

  /// Each colour.
  func planes(of unshuffled: borrowing Tensor, on execution: Execution) -> [Plane] {
    let planes = (0..<3).map { _ in
      Plane(
        rows: unshuffled.rows * side, columns: unshuffled.columns * side, in: execution.workspace)
    }
    let (red, green, blue) = (planes[0], planes[1], planes[2])
    forEachRow(in: unshuffled, on: execution) { row, column, values in
      let start = (row - top, column - left)
      let colors = (red.sample(start), green.sample(start), blue.sample(start))
      for x in 0..<side {
        colors.0[x] = Float(values[3 * x])
        colors.1[x] = Float(values[3 * x + 1])
        colors.2[x] = Float(values[3 * x + 2])
      }
    }
    return planes
  }

  /// Sets what a plane of the window has in exact blocks to zero.
  func clear(_ blocks: BlockMap, of plane: Plane, on execution: Execution) {
    let side = BlockMap.side
    execution.parallelFor(plane.rows) { row, _ in
      let y = top + row
      guard y / side < blocks.rows else { return }
      let values = plane.row(row)
      for x in 0..<plane.columns where (left + x) / side < blocks.columns {
        if blocks.covers(row: y, column: left + x) { values[x] = 0 }
      }
    }
  }

  /// Writes three colours, times a power of two for which they make good use of 16 bits; returns
  /// its exponent.
  func write(_ colors: [Plane], to unshuffled: borrowing Tensor, on execution: Execution) -> Int {
    let largest = colors.reduce(0) { max($0, $1.largestMagnitude(on: execution)) }
    guard largest > 0, largest.isFinite else {
      unshuffled.values.update(repeating: 0)
      return 0
    }
    let exponent = 13 - Int(largest.exponent)
    let scale = Float(sign: .plus, exponent: exponent, significand: 1)
    let (red, green, blue) = (colors[0], colors[1], colors[2])
    forEachRow(in: unshuffled, on: execution) { row, column, values in
      let start = (row - top, column - left)
      let colors = (red.sample(start), green.sample(start), blue.sample(start))
      for x in 0..<side {
        values[3 * x] = rounded(colors.0[x] * scale)
        values[3 * x + 1] = rounded(colors.1[x] * scale)
        values[3 * x + 2] = rounded(colors.2[x] * scale)
      }
    }
    return exponent
  }

  /// The nearest integer to a number of a magnitude below 2^15, of two the even one.
  @inline(__always)
  private func rounded(_ value: Float) -> Int16 {
    // In the sum the last bit is worth 1, so that adding rounds, and the low bits are the integer.
    let shifted = value + 0x1.8p23
    return Int16(truncatingIfNeeded: shifted.bitPattern)
  }
}

extension Plane {
  fileprivate func sample(_ place: (row: Int, column: Int)) -> UnsafeMutablePointer<Float> {
    row(place.row) + place.column
  }

  fileprivate func largestMagnitude(on execution: Execution) -> Float {
    var largest = [Float](repeating: 0, count: rows)
    largest.withUnsafeMutableBufferPointer { largest in
      // SAFETY: each element is written by one call.
      nonisolated(unsafe) let largest = largest
      execution.parallelFor(rows) { row, _ in
        let values = self.row(row)
        var (least, most): (Float, Float) = (0, 0)
        for column in 0..<columns {
          least = values[column] < least ? values[column] : least
          most = values[column] > most ? values[column] : most
        }
        largest[row] = max(-least, most)
      }
    }
    return largest.reduce(0) { max($0, $1) }
  }
}
