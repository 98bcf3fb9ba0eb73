/// The order in which a context model codes the latents of a tile: Format.md, section 6.
///
/// The channels are divided into groups of equal size, and there are as many steps. A step codes at
/// each position one group, which depends on the position's parity, 2·(row mod 2) + (column mod 2);
/// after all steps every position has had every group.
package struct CodingOrder: Sendable, Hashable {
  /// For step s and parity p, at 4·s + p, the group.
  private let groups: [UInt8]

  /// The most steps that there may be.
  package static let maximumSteps = 16

  /// Creates an order, or nil if some group is coded twice at a parity.
  package init?(groups: [UInt8]) {
    let count = groups.count / 4
    guard groups.count == 4 * count, (1...Self.maximumSteps).contains(count) else { return nil }
    for parity in 0..<4 {
      var seen = [Bool](repeating: false, count: count)
      for step in 0..<count {
        let group = Int(groups[4 * step + parity])
        guard group < count, !seen[group] else { return nil }
        seen[group] = true
      }
    }
    self.groups = groups
  }

  /// The number of steps, and of groups.
  package var stepCount: Int { groups.count / 4 }

  /// The group of channels that a step codes at a position.
  @inline(__always)
  package func group(step: Int, row: Int, column: Int) -> Int {
    Int(groups[4 * step + 2 * (row & 1) + (column & 1)])
  }
}
