/// An immutable array aligned to cache lines, for the parameters that kernels read.
final class AlignedArray<Element: BitwiseCopyable>: @unchecked Sendable {
  let base: UnsafePointer<Element>
  let count: Int

  /// Creates an array of `count` elements, which `initialize` must all set; they are zero before.
  init<E: Error>(
    count: Int, initialize: (UnsafeMutableBufferPointer<Element>) throws(E) -> Void
  ) throws(E) {
    let bytes = max(count, 1) * MemoryLayout<Element>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    // SAFETY: the memory holds `count` elements of a trivial type, all bits of which are set.
    let elements = memory.assumingMemoryBound(to: Element.self)
    self.base = UnsafePointer(elements)
    self.count = count
    try initialize(UnsafeMutableBufferPointer(start: elements, count: count))
  }

  /// Creates an array of these elements.
  convenience init(_ elements: [Element]) {
    self.init(count: elements.count) { array in
      for (index, element) in elements.enumerated() { array[index] = element }
    }
  }

  deinit { UnsafeMutableRawPointer(mutating: base).deallocate() }
}
