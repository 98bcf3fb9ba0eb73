/// A rows × columns × channels array of 16-bit activations, channels innermost.
///
/// The unit of work of this module: networks take one and give one.
// Usable from inline because Embedded Swift must find the deinitialiser from other modules.
@usableFromInline package struct Tensor: ~Copyable, @unchecked Sendable {
  package let rows: Int
  package let columns: Int
  package let channels: Int
  /// The first of `count` values, aligned to 64 bytes.
  package let base: UnsafeMutablePointer<Int16>
  /// Where the memory is from.
  private let memory: Workspace.Block
  private let workspace: Workspace

  /// Creates a tensor whose values are all zero.
  package init(rows: Int, columns: Int, channels: Int, in workspace: Workspace = Workspace()) {
    self.init(unsetRows: rows, columns: columns, channels: channels, in: workspace)
    values.update(repeating: 0)
  }

  /// Creates a tensor of values that are yet to be set.
  init(unsetRows rows: Int, columns: Int, channels: Int, in workspace: Workspace) {
    self.rows = rows
    self.columns = columns
    self.channels = channels
    self.workspace = workspace
    let count = rows * columns * channels
    memory = workspace.take(max(count, 1) * MemoryLayout<Int16>.stride)
    // SAFETY: any bits are an `Int16`, and the memory is used as nothing else until it is given
    // back.
    base = memory.base.bindMemory(to: Int16.self, capacity: count)
  }

  deinit { workspace.recycle(memory) }

  /// The number of values.
  package var count: Int { rows * columns * channels }

  /// The distance from a row to the next, in values.
  package var rowStride: Int { columns * channels }

  /// All values, row after row.
  package var values: UnsafeMutableBufferPointer<Int16> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }

  /// The first value of a row.
  package func row(_ index: Int) -> UnsafeMutablePointer<Int16> {
    assert((0..<rows).contains(index))
    return base + index * rowStride
  }

  /// The first value of a position.
  package func position(_ row: Int, _ column: Int) -> UnsafeMutablePointer<Int16> {
    assert((0..<rows).contains(row) && (0..<columns).contains(column))
    return base + (row * columns + column) * channels
  }

  /// The part of this tensor that begins at a position, cut to `rows` × `columns`. Positions beyond
  /// the edge repeat it.
  package func window(row: Int, column: Int, rows: Int, columns: Int) -> Tensor {
    let result = Tensor(unsetRows: rows, columns: columns, channels: channels, in: workspace)
    for i in 0..<rows {
      let from = min(row + i, self.rows - 1)
      let inside = min(columns, self.columns - column)
      result.row(i).update(from: position(from, column), count: inside * channels)
      for j in inside..<max(columns, inside) {
        result.position(i, j).update(from: position(from, self.columns - 1), count: channels)
      }
    }
    return result
  }

  /// Copies a whole tensor to a place inside this one.
  package func replace(row: Int, column: Int, with part: borrowing Tensor) {
    precondition(part.channels == channels && row + part.rows <= rows)
    precondition(column + part.columns <= columns)
    for i in 0..<part.rows {
      position(row + i, column).update(from: part.row(i), count: part.rowStride)
    }
  }
}
