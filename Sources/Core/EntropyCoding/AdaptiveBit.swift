/// The probability that a binary decision is 0, learned from those before it (Format.md, section
/// 7).
package struct AdaptiveBit: Sendable, Hashable {
  private var probability: UInt16 = 32768

  package init() {}

  /// The probability of 0 in units of 1/4096, 1 … 4095.
  var zero: UInt16 { min(max(probability >> 4, 1), 4095) }

  func interval(of bit: Bool) -> Interval {
    bit ? Interval(start: zero, frequency: 4096 - zero) : Interval(start: 0, frequency: zero)
  }

  mutating func adapt(to bit: Bool) {
    if bit {
      probability -= probability >> 5
    } else {
      probability += (65535 - probability) >> 5
    }
  }
}
