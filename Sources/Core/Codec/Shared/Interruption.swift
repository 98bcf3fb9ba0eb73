/// What ends work before it is done: a tile that takes too long, or a caller who wants no more.
package struct Interruption: Sendable {
  /// The longest time that a tile may take, or nil for any.
  package let tileTime: Duration?
  /// The time since any fixed moment.
  package let now: @Sendable () -> Duration
  /// Whether the caller has given up.
  package let isCancelled: @Sendable () -> Bool

  package init(
    tileTime: Duration?, now: @escaping @Sendable () -> Duration,
    isCancelled: @escaping @Sendable () -> Bool
  ) {
    self.tileTime = tileTime
    self.now = now
    self.isCancelled = isCancelled
  }

  /// Ends work that takes no time of its own into account. Called between steps, each of which is
  /// short.
  func checkCancellation() throws(CodecError) {
    if isCancelled() { throw .cancelled }
  }
}

/// When a tile that begins now must be done. Without a limit there is no such moment, and no clock
/// is read.
struct TileDeadline {
  private let interruption: Interruption?
  private let start: Duration

  init(_ interruption: Interruption?) {
    self.interruption = interruption
    start = interruption?.tileTime == nil ? .zero : interruption!.now()
  }

  /// Ends the work on a tile that is late or not wanted. Called between the steps of a tile, each
  /// of which is short.
  func check() throws(TileError) {
    guard let interruption else { return }
    if interruption.isCancelled() { throw .cancelled }
    guard let limit = interruption.tileTime, interruption.now() - start > limit else { return }
    throw .outOfTime
  }
}
