import CAtomics

/// A value that is made when it is first asked for, by one thread, while others that ask wait.
final class Lazy<Value: Sendable>: @unchecked Sendable {
  private var made: Value?
  /// Held by who changes what stands above: 1 if it is.
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
