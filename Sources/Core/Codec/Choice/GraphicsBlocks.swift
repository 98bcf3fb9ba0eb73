package import Neural
package import Pixels

/// Where a picture looks like graphics: drawn by a program, not by light.
package struct GraphicsBlocks: Sendable {
  /// The blocks that may be cheaper without loss: those in which many pixels are as one beside or
  /// above them, and those around these; all, if these are most.
  package let candidates: BlockMap
  /// Of each block, row after row, whether it is among such blocks, so that errors are seen: no
  /// texture hides them.
  let isPlain: [Bool]

  /// Looks at a picture; nil if it is a photograph.
  ///
  /// - Complexity: O(*n*), where *n* is the number of pixels; for a photograph a quarter of it.
  package init?(_ pixels: PixelBuffer, on execution: Execution) {
    // A photograph may have flat areas, but hardly any with hard edges in them.
    let sample = Self.census(of: pixels, rowStep: 4, on: execution)
    let graphics = sample.count { $0.isDrawn }
    guard graphics > 0, graphics * 128 >= sample.count else { return nil }
    let census = Self.census(of: pixels, rowStep: 1, on: execution)
    var map = BlockMap(width: pixels.width, height: pixels.height, isExact: false)
    map.isExact = census.map { $0.mayBeExact }
    isPlain = map.majority()
    map = map.widened()
    // Where little else is left, all of it may be.
    if 4 * map.exactCount >= 3 * map.isExact.count {
      map = BlockMap(width: pixels.width, height: pixels.height, isExact: true)
    }
    candidates = map
  }

  /// What is counted in a block.
  fileprivate struct Census {
    var pixels = 0
    /// Those of the colour of the pixel on the left or above.
    var repeated = 0
    /// Those far from the pixel on the left.
    var edges = 0

    /// Whether no photograph has such a block.
    var isDrawn: Bool { edges > 0 && 4 * repeated >= 3 * pixels }
    var mayBeExact: Bool { 8 * repeated >= 3 * pixels }
  }

  /// Counts in every `rowStep`-th row.
  private static func census(
    of pixels: PixelBuffer, rowStep: Int, on execution: Execution
  ) -> [Census] {
    let side = BlockMap.side
    let rows = execution.map(BlockMap.blocks(covering: pixels.height)) { row, _ in
      var blocks = [Census](repeating: Census(), count: BlockMap.blocks(covering: pixels.width))
      let end = min((row + 1) * side, pixels.height)
      for y in stride(from: row * side + rowStep / 2, to: end, by: rowStep) {
        for block in blocks.indices {
          let columns = block * side..<min((block + 1) * side, pixels.width)
          blocks[block].count(pixels, row: y, columns: columns)
        }
      }
      return blocks
    }
    return rows.flatMap { $0 }
  }
}

extension GraphicsBlocks.Census {
  /// The difference in a colour from which on it is an edge.
  private static let edge = 48

  fileprivate mutating func count(_ buffer: PixelBuffer, row: Int, columns: Range<Int>) {
    let channels = buffer.format.channels
    let stride = buffer.width * channels
    let (green, blue) = buffer.format.isGray ? (0, 0) : (1, 2)
    pixels += columns.count
    buffer.samples.withUnsafeBufferPointer { samples in
      let base = samples.baseAddress! + row * stride
      for column in columns {
        let at = base + column * channels
        let left = column > 0 ? at - channels : at + (buffer.width > 1 ? channels : 0)
        let above = row > 0 ? at - stride : at + (buffer.height > 1 ? stride : 0)
        let difference =
          (
            abs(Int(at[0]) - Int(left[0])), abs(Int(at[green]) - Int(left[green])),
            abs(Int(at[blue]) - Int(left[blue]))
          )
        let isLeft = difference.0 | difference.1 | difference.2 == 0
        let isAbove = at[0] == above[0] && at[green] == above[green] && at[blue] == above[blue]
        repeated += isLeft || isAbove ? 1 : 0
        edges += max(difference.0, difference.1, difference.2) >= Self.edge ? 1 : 0
      }
    }
  }
}

extension BlockMap {
  /// Of each block, whether most of the blocks around it and itself are exact.
  fileprivate func majority() -> [Bool] {
    isExact.indices.map { index in
      let (row, column) = (index / columns, index % columns)
      var (count, exact) = (0, 0)
      for y in max(row - 1, 0)..<min(row + 2, rows) {
        for x in max(column - 1, 0)..<min(column + 2, columns) {
          count += 1
          exact += isExact[y * columns + x] ? 1 : 0
        }
      }
      return 2 * exact > count
    }
  }

  /// The exact blocks and those that touch them.
  func widened() -> BlockMap {
    var result = self
    for row in 0..<rows {
      for column in 0..<columns where isExact[row * columns + column] {
        for y in max(row - 1, 0)..<min(row + 2, rows) {
          for x in max(column - 1, 0)..<min(column + 2, columns) {
            result.isExact[y * columns + x] = true
          }
        }
      }
    }
    return result
  }
}
