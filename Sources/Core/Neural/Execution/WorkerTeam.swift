import CAtomics

/// Threads that share the items of one parallel loop after another.
///
/// One of them, the leader, starts loops with ``perform(_:_:)``; the others are in ``serve(as:)``.
/// They wait by spinning, so that starting a loop costs well under a microsecond: a picture has
/// some hundred loops of a fraction of a millisecond each. The leader works too, and never waits
/// for a thread that has not begun.
final class WorkerTeam: @unchecked Sendable {
  /// Three words, each in a cache line of its own.
  private let words = UnsafeMutablePointer<Int64>.allocateAligned(count: 24)
  /// The body of the current loop, and its number of items. Changed only while no worker is inside.
  private var body: (_ unit: Int, _ worker: Int) -> Void = { _, _ in }
  private var count = 0

  init() { words.initialize(repeating: 0, count: 24) }

  deinit { UnsafeMutableRawPointer(words).deallocate() }

  /// How many workers are inside the current loop (low 32 bits), whether one may enter, whether the
  /// team is dismissed, and from bit 34 on how many loops there have been.
  private var state: UnsafeMutablePointer<Int64> { words }
  /// The next item.
  private var next: UnsafeMutablePointer<Int64> { words + 8 }
  /// How many threads have joined.
  private var joined: UnsafeMutablePointer<Int64> { words + 16 }

  private static let inside: Int64 = 1 << 32 - 1
  private static let isOpen: Int64 = 1 << 32
  private static let isDismissed: Int64 = 1 << 33
  private static let generation: Int64 = 1 << 34

  /// The number of the calling thread: 0, the leader, for the first one.
  func join() -> Int { Int(tng_atomic_add(joined, 1)) }

  /// Calls `body` for each unit of 0 ..< count, on all threads at once, and waits.
  func perform(_ count: Int, _ body: @escaping (_ unit: Int, _ worker: Int) -> Void) {
    self.body = body
    self.count = count
    tng_atomic_store(next, 0)
    _ = tng_atomic_add(state, Self.isOpen + Self.generation)
    work(as: 0)
    _ = tng_atomic_add(state, -Self.isOpen)
    var round: Int64 = 0
    while tng_atomic_load(state) & Self.inside != 0 {
      tng_wait(round)
      round += 1
    }
    self.body = { _, _ in }
  }

  /// Lets the others leave ``serve(as:)``.
  func dismiss() { _ = tng_atomic_add(state, Self.isDismissed) }

  /// Takes part in all loops until the leader dismisses the team.
  func serve(as worker: Int) {
    var last: Int64 = 0
    var round: Int64 = 0
    while true {
      let state = tng_atomic_load(self.state)
      guard state & Self.isDismissed == 0 else { return }
      guard state & Self.isOpen != 0, state / Self.generation != last else {
        tng_wait(round)
        round += 1
        continue
      }
      // The loop may have ended since the load.
      let entered = tng_atomic_add(self.state, 1)
      if entered & Self.isOpen != 0 {
        last = entered / Self.generation
        work(as: worker)
      }
      _ = tng_atomic_add(self.state, -1)
      round = 0
    }
  }

  private func work(as worker: Int) {
    while true {
      let unit = Int(tng_atomic_add(next, 1))
      guard unit < count else { return }
      body(unit, worker)
    }
  }
}

extension UnsafeMutablePointer {
  /// Memory for `count` elements, aligned to cache lines.
  static func allocateAligned(count: Int) -> Self {
    UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Pointee>.stride, alignment: 64)
      .bindMemory(to: Pointee.self, capacity: count)
  }
}
