import CAtomics

/// A value that is made when it is first asked for, once, by whichever thread comes first.
final class Lazy<Value: Sendable>: @unchecked Sendable {
  private let make: @Sendable () -> Value
  private var value: Value?
  /// Held by who looks at the value or makes it: 1 if it is.
  private let lock = UnsafeMutablePointer<Int64>.allocate(capacity: 1)

  init(_ make: @escaping @Sendable () -> Value) {
    self.make = make
    lock.initialize(to: 0)
  }

  deinit { lock.deallocate() }

  func get() -> Value {
    tng_lock(lock)
    defer { tng_unlock(lock) }
    if let value { return value }
    let made = make()
    value = made
    return made
  }
}
