import Models
package import Neural
package import Pixels

/// Chooses which blocks of a picture are exact, by rate and distortion.
package struct BlockChoice: Sendable {
  private let pixels: PixelBuffer
  /// The blocks that may be exact.
  private let candidates: BlockMap
  /// What each of them takes, in 1/256 bit.
  private let exactBits: [UInt32]

  /// Prepares the choice for a picture that has graphics.
  ///
  /// - Parameter layer: that of the picture's colours.
  /// - Throws: ``CodecError/cancelled``.
  package init(
    _ pixels: PixelBuffer, graphics: GraphicsBlocks, layer: ExactLayer, on execution: Execution
  ) throws(CodecError) {
    self.pixels = pixels
    candidates = graphics.candidates
    exactBits = try layer.costs(pixels, blocks: candidates, on: execution)
  }

  /// What it costs that two neighbours are not alike, in 1/256 bit: the map, and what the exact
  /// coder does not know there.
  private static let borderCost = 8 << 8

  /// The blocks to be exact at a quality level.
  ///
  /// - Parameter encoder: what codes the latents.
  /// - Throws: ``CodecError/cancelled``.
  package func blocks(
    at level: Int, by encoder: PictureEncoder
  ) throws(CodecError) -> BlockMap {
    let neural = try encoder.costs(of: pixels, level: level)
    let lambda = Int(encoder.model.properties.lambdas[level])
    var map = candidates
    // What a block costs more if it is exact.
    let excess = candidates.isExact.indices.map { index -> Int in
      guard candidates.isExact[index] else { return Self.unthinkable }
      // λ is in 2^−24 for the mean of three colours.
      let distortion = (lambda * neural.squaredErrors[index] / 3) >> 16
      return Int(exactBits[index]) - neural.bits[index] - distortion
    }
    for index in excess.indices { map.isExact[index] = excess[index] < 0 }
    map.smooth(excess: excess, borderCost: Self.borderCost)
    map.fillIslands(excess: excess, neural, reduction: encoder.model.geometry.hyperReduction)
    return map
  }

  /// More than anything can cost that there is.
  fileprivate static let unthinkable = Int.max >> 16
}

extension BlockMap {
  private static let mostSweeps = 8

  /// Moves each block to where it and its borders cost less, given its neighbours, until none moves
  /// (iterated conditional modes, Besag 1986).
  fileprivate mutating func smooth(excess: [Int], borderCost: Int) {
    for _ in 0..<Self.mostSweeps {
      var moves = 0
      for index in isExact.indices {
        var balance = excess[index]
        forEachNeighbor(of: index, corners: false) { neighbor in
          balance += isExact[neighbor] ? -borderCost : borderCost
        }
        guard balance != 0, isExact[index] != (balance < 0) else { continue }
        isExact[index].toggle()
        moves += 1
      }
      if moves == 0 { break }
    }
  }

  /// Makes areas exact that bring less than their hyper latents, and the latents of the blocks
  /// around them, cost.
  ///
  /// - Parameter reduction: the samples on the side of a hyper position.
  fileprivate mutating func fillIslands(excess: [Int], _ costs: NeuralCosts, reduction: Int) {
    // What a block costs that is painted over: about as much as a plain one.
    let plainBits = costs.bits.sorted()[costs.bits.count / 4]
    let hyperColumns = (columns * Self.side + reduction - 1) / reduction
    var isSeen = isExact
    for start in isExact.indices where !isSeen[start] {
      var (area, next, gain) = ([start], 0, 0)
      var around: Set<Int> = []
      isSeen[start] = true
      while next < area.count {
        let index = area[next]
        next += 1
        // Of a block that must not be exact the rest does not matter.
        gain = min(gain + excess[index], BlockChoice.unthinkable)
        around.insert(index)
        forEachNeighbor(of: index, corners: true) { neighbor in
          around.insert(neighbor)
          if !isSeen[neighbor] {
            isSeen[neighbor] = true
            area.append(neighbor)
          }
        }
      }
      var hyperBits: [Int: Int] = [:]
      for index in around {
        let (row, column) = (index / columns, index % columns)
        let position = row * Self.side / reduction * hyperColumns + column * Self.side / reduction
        hyperBits[position] = costs.hyperBits[index]
      }
      let loss = hyperBits.values.reduce((around.count - area.count) * plainBits, +)
      if gain < loss { for index in area { isExact[index] = true } }
    }
  }

  /// Calls `body` with the blocks that touch a block.
  private func forEachNeighbor(of index: Int, corners: Bool, _ body: (Int) -> Void) {
    let (row, column) = (index / columns, index % columns)
    for y in max(row - 1, 0)..<min(row + 2, rows) {
      for x in max(column - 1, 0)..<min(column + 2, columns) {
        let isBeside = (y == row) != (x == column)
        if isBeside || corners && (y, x) != (row, column) { body(y * columns + x) }
      }
    }
  }
}
