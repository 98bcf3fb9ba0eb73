import ExactCoding
import Models
package import Pixels

/// Chooses which blocks of a picture are exact, by rate and distortion.
package struct BlockChoice: Sendable {
  private let pixels: PixelBuffer
  /// The blocks that may be exact.
  private let candidates: BlockMap
  private let isPlain: [Bool]
  private let layer: ExactLayer

  /// Prepares the choice for a picture that has graphics.
  ///
  /// - Parameter layer: that of the picture's colours.
  package init(_ pixels: PixelBuffer, graphics: GraphicsBlocks, layer: ExactLayer) {
    self.pixels = pixels
    self.layer = layer
    candidates = graphics.candidates
    isPlain = graphics.isPlain
  }

  /// What is exact of a picture at a level.
  package struct Choice: Sendable {
    package let blocks: BlockMap
    /// The picture, with what is exact of it as it is coded.
    package let pixels: PixelBuffer
  }

  /// What it costs that two neighbours are not alike, in 1/256 bit: the map, and what the exact
  /// coder does not know there.
  private static let borderCost = 8 << 8

  /// How much more squared errors count where no texture hides them.
  private static let plainWeight = 5

  /// Chooses at a quality level.
  ///
  /// - Parameter encoder: what codes the latents.
  /// - Throws: ``CodecError/cancelled``.
  package func choice(at level: Int, by encoder: PictureEncoder) throws(CodecError) -> Choice {
    let neural = try encoder.costs(of: pixels, level: level)
    let lambda = encoder.model.properties.lambdas[level]
    let simple = try layer.simplified(
      pixels, blocks: candidates, within: ExactTolerance(lambda: lambda), on: encoder.execution)
    var map = candidates
    // What a block costs more if it is exact.
    let excess = candidates.isExact.indices.map { index -> Int in
      guard candidates.isExact[index] else { return Self.unthinkable }
      // λ is in 2^−24 for the mean of three colours.
      let weight = Int(lambda) * (isPlain[index] ? Self.plainWeight : 1)
      let distortion = (weight * neural.squaredErrors[index] / 3) >> 16
      return Int(simple.costs[index]) - neural.bits[index] - distortion
    }
    for index in excess.indices { map.isExact[index] = excess[index] < 0 }
    map.smooth(excess: excess, borderCost: Self.borderCost)
    map.fillIslands(excess: excess, neural, reduction: encoder.model.geometry.hyperReduction)
    return Choice(blocks: map, pixels: simple.pixels)
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
    // The last area that had a block or its neighbour, and a hyper position.
    var areas = [Int](repeating: -1, count: isExact.count)
    var hyperAreas = areas
    for start in isExact.indices where !isSeen[start] {
      var (area, next, gain, loss) = ([start], 0, 0, 0)
      func note(_ index: Int) {
        guard areas[index] != start else { return }
        areas[index] = start
        loss += isExact[index] ? plainBits : 0
        let (row, column) = (index / columns, index % columns)
        let position = row * Self.side / reduction * hyperColumns + column * Self.side / reduction
        guard hyperAreas[position] != start else { return }
        hyperAreas[position] = start
        loss += costs.hyperBits[index]
      }
      isSeen[start] = true
      while next < area.count {
        let index = area[next]
        next += 1
        // Of a block that must not be exact the rest does not matter.
        gain = min(gain + excess[index], BlockChoice.unthinkable)
        note(index)
        forEachNeighbor(of: index, corners: true) { neighbor in
          note(neighbor)
          guard !isSeen[neighbor] else { return }
          isSeen[neighbor] = true
          area.append(neighbor)
        }
      }
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

extension ExactTolerance {
  /// What samples of graphics may be moved by, at λ in 2^−24: the less, the more distortion counts,
  /// and more where there are edges, which hide it.
  fileprivate init(lambda: UInt32) {
    // A correctly rounded root is the same on every machine.
    let slope = Int((Self.slopeFactor / Double(lambda)).squareRoot())
    self.init(
      least: slope / 24, slope: min(slope, 64), most: min(slope, 32))
  }

  /// 24² where λ is 0.006, with λ's 24 fractional bits.
  private static let slopeFactor = 3.5 * 16_777_216
}
