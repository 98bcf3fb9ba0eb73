import CAtomics

/// A pool of memory blocks, reused from picture to picture.
///
/// Any number of threads, and of pictures, may use it at once.
package final class Workspace: @unchecked Sendable {
  /// The most bytes that stay allocated while nobody uses them: enough for a picture of some
  /// megapixels. Memory for larger ones comes from the system each time, and goes back.
  private static let maximumIdleBytes = 32 << 20

  private var idle: [Block] = []
  private var idleBytes = 0
  /// A spin lock for the fields above: 1 while it is held.
  private let lock = UnsafeMutablePointer<Int64>.allocate(capacity: 1)

  /// A piece of memory, aligned to 64 bytes.
  package struct Block: @unchecked Sendable {
    package let base: UnsafeMutableRawPointer
    let bytes: Int
  }

  package init() { lock.initialize(to: 0) }

  deinit {
    for block in idle { block.base.deallocate() }
    lock.deallocate()
  }

  /// A block of at least `bytes` bytes, uninitialised.
  package func take(_ bytes: Int) -> Block {
    tng_lock(lock)
    let found = smallestBlock(of: bytes)
    let block = found.map { idle.swapRemove(at: $0) }
    idleBytes -= block?.bytes ?? 0
    tng_unlock(lock)
    return block
      ?? Block(base: .allocate(byteCount: bytes, alignment: 64), bytes: bytes)
  }

  /// Takes a block back.
  package func recycle(_ block: Block) {
    tng_lock(lock)
    let isKept = idleBytes + block.bytes <= Self.maximumIdleBytes
    if isKept {
      idle.append(block)
      idleBytes += block.bytes
    }
    tng_unlock(lock)
    if !isKept { block.base.deallocate() }
  }

  /// The index of the smallest idle block that is large enough, and at most twice as large as
  /// needed.
  private func smallestBlock(of bytes: Int) -> Int? {
    var best: Int?
    for (index, block) in idle.enumerated() where block.bytes >= bytes && block.bytes / 2 <= bytes {
      if best.map({ block.bytes < idle[$0].bytes }) ?? true { best = index }
    }
    return best
  }
}

extension Array {
  /// Removes an element and puts the last one in its place.
  fileprivate mutating func swapRemove(at index: Int) -> Element {
    swapAt(index, count - 1)
    return removeLast()
  }
}
