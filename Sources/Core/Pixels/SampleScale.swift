/// Samples of one depth to those of another, each rounded to the nearest.
package struct SampleScale: Sendable {
  private let from: UInt32
  private let to: UInt32

  /// - Precondition: the depths are 1 … 16.
  package init(from: Int, to: Int) {
    self.from = 1 << UInt32(from) - 1
    self.to = 1 << UInt32(to) - 1
  }

  /// A sample in the other depth.
  @inline(__always)
  package func callAsFunction(_ sample: UInt16) -> UInt16 {
    // At most 65,535² + 32,767, which fits.
    UInt16(truncatingIfNeeded: (UInt32(sample) * to + from / 2) / from)
  }
}
