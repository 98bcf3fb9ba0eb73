import Synchronization

/// Bounds the bytes of all bodies that are there at a time, whole or in part. A client that sends nothing holds none of
/// it, and keeps nobody out.
package final class BodyMemory: Sendable {
  private let free: Mutex<Int>

  /// Creates a bound of so many bytes.
  package init(bytes: Int) {
    free = Mutex(bytes)
  }

  /// The share of a body, empty at first.
  package func makeShare() -> Share { Share(memory: self) }

  /// What one body holds. It is free again when nothing refers to it.
  package final class Share: Sendable {
    private let memory: BodyMemory
    private let bytes = Mutex(0)

    fileprivate init(memory: BodyMemory) { self.memory = memory }

    deinit {
      let bytes = bytes.withLock { $0 }
      memory.free.withLock { $0 += bytes }
    }

    /// Takes so many bytes more.
    ///
    /// - Throws: `Problem.busy` if they are not free.
    package func grow(by count: Int) throws {
      let isTaken = memory.free.withLock { free in
        guard free >= count else { return false }
        free -= count
        return true
      }
      guard isTaken else { throw Problem.busy }
      bytes.withLock { $0 += count }
    }
  }
}
