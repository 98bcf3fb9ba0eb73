import CAtomics

/// Lets one thread tell another that a picture is not wanted any more.
///
///     let cancellation = Cancellation()
///     let decoder = TNGDecoder(options: .init(cancellation: cancellation))
///     // on another thread: cancellation.cancel()
///
/// Work that was told so ends at its next step, a tile of exact samples at most, with
/// ``TNGError/Code/cancelled``.
public final class Cancellation: Sendable {
  // SAFETY: read and written by atomic operations alone.
  private nonisolated(unsafe) let flag = UnsafeMutablePointer<Int64>.allocate(capacity: 1)

  /// Whether someone else has asked for it.
  private let isAsked: (@Sendable () -> Bool)?

  /// Creates a cancellation that nobody has asked for yet.
  public init() {
    flag.initialize(to: 0)
    isAsked = nil
  }

  /// Creates a cancellation that `isAsked` asks for as well, whenever it returns true. It is called
  /// often, and by several threads at once.
  public init(asking isAsked: @escaping @Sendable () -> Bool) {
    flag.initialize(to: 0)
    self.isAsked = isAsked
  }

  deinit { flag.deallocate() }

  /// Ends the work, for good.
  public func cancel() { tng_atomic_store(flag, 1) }

  /// Whether the work is to end.
  public var isCancelled: Bool { tng_atomic_load(flag) != 0 || isAsked?() ?? false }
}
