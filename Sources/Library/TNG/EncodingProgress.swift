import CAtomics

/// Tells a caller how much of the encoding of a picture is done.
final class EncodingProgress: Sendable {
  // SAFETY: changed by atomic operations alone.
  private nonisolated(unsafe) let done = UnsafeMutablePointer<Int64>.allocate(capacity: 1)
  private let total: Int
  private let report: @Sendable (Double) -> Void

  /// - Parameter total: the number of steps, at least 1.
  init(total: Int, report: @escaping @Sendable (Double) -> Void) {
    done.initialize(to: 0)
    self.total = total
    self.report = report
  }

  deinit { done.deallocate() }

  /// Counts a step, on any thread.
  func step() {
    report(min(Double(tng_atomic_add(done, 1) + 1) / Double(total), 1))
  }
}

extension TNGEncoder.Target {
  /// How often a picture is encoded at most until the target is met.
  func attempts(levels: Int) -> Int {
    switch self {
    case .quality, .level, .lossless: 1
    // A binary search over the levels.
    case .bytes, .psnr, .ssimulacra2: Int.bitWidth - levels.leadingZeroBitCount
    }
  }
}
