import CAtomics

/// A value that is computed on first use, by one thread; others wait for it.
final class Lazy<Value: Sendable>: @unchecked Sendable {
  private var made: Value?
  /// A spin lock for the fields above: 1 while it is held.
  private let lock = UnsafeMutablePointer<Int64>.allocate(capacity: 1)

  init() { lock.initialize(to: 0) }

  deinit { lock.deallocate() }

  func value(_ make: () -> Value) -> Value {
    tng_lock(lock)
    defer { tng_unlock(lock) }
    if let made { return made }
    let value = make()
    made = value
    return value
  }
}
