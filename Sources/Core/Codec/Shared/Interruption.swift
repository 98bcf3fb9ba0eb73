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

  /// Throws if the caller has given up. Called between steps, each of which is short.
  func checkCancellation() throws(CodecError) {
    if isCancelled() { throw .cancelled }
  }
}

/// The deadline of a tile that begins now. Without a limit on time there is none, and no clock is
/// read.
struct TileDeadline {
  private let interruption: Interruption?
  private let start: Duration

  init(_ interruption: Interruption?) {
    self.interruption = interruption
    start = interruption?.tileTime == nil ? .zero : interruption!.now()
  }

  /// Throws if the tile is late or the caller has given up. Called between the steps of a tile,
  /// each of which is short.
  func check() throws(TileError) {
    guard let interruption else { return }
    if interruption.isCancelled() { throw .cancelled }
    guard let limit = interruption.tileTime, interruption.now() - start > limit else { return }
    throw .outOfTime
  }
}
