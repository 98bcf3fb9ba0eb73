import CPictureMetrics
import Neural

/// Compares two pictures of one size at one scale.
///
/// It takes some rows at once: first each row from light to XYB and blurred along itself, then
/// groups of columns blurred along columns and compared. So the memory is that of a few rows.
struct ScaleComparison {
  private let original: LinearPicture
  private let distorted: LinearPicture
  private let rows: ComparedRows

  /// How many rows are taken at once: an even number, so many that with the blur's window they fit
  /// the ring.
  private static let rowsAtOnce = 16
  /// How many columns are compared at once. It is a part of the metric: sums are made by group
  /// first.
  private static let groupWidth = 128

  init(original: LinearPicture, distorted: LinearPicture) {
    self.original = original
    self.distorted = distorted
    rows = ComparedRows(width: original.width)
  }

  /// The memory for it, in bytes: for the picture as a whole, and for each thread.
  static func memory(width: Int) -> (base: Int, worker: Int) {
    let floats = max(
      3 * (width + 3 * ComparedRows.margin), ComparedRows.quantities * rowsAtOnce * groupWidth)
    return (ComparedRows.memory(width: width), floats * MemoryLayout<Float>.stride)
  }

  /// The sums of the errors of the three channels.
  func sums(_ execution: Execution) -> [ErrorSums] {
    let groups = (original.width + Self.groupWidth - 1) / Self.groupWidth
    var sums = [ErrorSums](repeating: ErrorSums(), count: 3 * groups)
    sums.withUnsafeMutableBufferPointer { sums in
      // SAFETY: each sum is changed by one thread at a time.
      let sums = sums.baseAddress!
      let end = original.height + Int(TNG_BLUR_AFTER)
      for first in stride(from: 0, to: end, by: Self.rowsAtOnce) {
        execution.parallelFor(Self.rowsAtOnce) { number, _ in prepare(first + number) }
        let ready = first - Int(TNG_BLUR_AFTER)
        execution.parallelFor(3 * groups) { number, _ in
          compare(
            ready..<ready + Self.rowsAtOnce, group: number % groups, channel: number / groups,
            &sums[number])
        }
      }
    }
    return (0..<3).map { sums[$0 * groups..<($0 + 1) * groups].reduce(into: ErrorSums(), +=) }
  }
}

// MARK: - Rows

extension ScaleComparison {
  /// Makes the values of a row, blurred along itself too.
  private func prepare(_ y: Int) {
    guard y < original.height else { return rows.clearBlurred(y) }
    load(original, y, to: rows.original(y))
    load(distorted, y, to: rows.distorted(y))
    let (stride, width) = (rows.valueStride, original.width)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 3 * stride) { memory in
      memory.initialize(repeating: 0)
      let squaresA = memory.baseAddress! + ComparedRows.margin
      let (squaresB, products) = (squaresA + stride, squaresA + 2 * stride)
      for channel in 0..<3 {
        let (a, b) = (rows.original(y) + channel * stride, rows.distorted(y) + channel * stride)
        for x in Swift.stride(from: 0, to: width, by: Lanes.scalarCount) {
          let (valuesA, valuesB) = (a.lanes(at: x), b.lanes(at: x))
          squaresA.setLanes(valuesA * valuesA, at: x)
          squaresB.setLanes(valuesB * valuesB, at: x)
          products.setLanes(valuesA * valuesB, at: x)
        }
        func blur(_ input: UnsafeMutablePointer<Float>, _ quantity: Int) {
          tng_blur_row(input, rows.blurred(y, channel: channel, quantity: quantity), width)
        }
        blur(a, 0)
        blur(b, 1)
        blur(squaresA, 2)
        blur(squaresB, 3)
        blur(products, 4)
      }
    }
  }

  /// Writes a row of a picture in XYB, followed by zeros.
  private func load(_ picture: LinearPicture, _ y: Int, to row: UnsafeMutablePointer<Float>) {
    let width = picture.width
    picture.copyRow(y, columns: 0..<width, to: row, stride: rows.valueStride)
    convertToXYB(row, stride: rows.valueStride, count: width)
    for channel in 0..<3 {
      let end = row + channel * rows.valueStride + width
      end.update(repeating: 0, count: rows.blurredStride - width)
    }
  }
}

// MARK: - Columns

extension ScaleComparison {
  /// Adds the errors of some rows in a group of columns; rows outside the picture do not count.
  private func compare(
    _ ready: Range<Int>, group: Int, channel: Int, _ sums: inout ErrorSums
  ) {
    let start = group * Self.groupWidth
    let columns = start..<min(start + Self.groupWidth, rows.blurredStride)
    let count = min(columns.upperBound, original.width) - start
    let area = ready.count * columns.count
    withUnsafeTemporaryAllocation(of: Float.self, capacity: ComparedRows.quantities * area) {
      memory in
      let blurred = memory.baseAddress!
      for quantity in 0..<ComparedRows.quantities {
        rows.blurColumns(
          columns, of: ready, channel: channel, quantity: quantity, to: blurred + quantity * area)
      }
      for y in ready.clamped(to: 0..<original.height) {
        let a = rows.original(y) + channel * rows.valueStride + start
        let b = rows.distorted(y) + channel * rows.valueStride + start
        let row = blurred + (y - ready.lowerBound) * columns.count
        var errors = RowErrors()
        for x in stride(from: 0, to: count, by: Lanes.scalarCount) {
          errors.add(
            (a.lanes(at: x), row.lanes(at: x), row.lanes(at: 2 * area + x)),
            (b.lanes(at: x), row.lanes(at: area + x), row.lanes(at: 3 * area + x)),
            product: row.lanes(at: 4 * area + x), count: count - x)
        }
        sums += errors
      }
    }
  }
}
