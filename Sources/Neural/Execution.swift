import CNeuralKernels

#if canImport(Dispatch) && !hasFeature(Embedded)
  import Dispatch
#endif

/// The kernels of one instruction set. All give the same bits.
package struct Kernels: @unchecked Sendable {
  // SAFETY: points to a constant table.
  let table: UnsafePointer<tng_kernels>

  /// The best kernels of this processor, or those that `TNG_CPU` names.
  package static let selected = Kernels(table: tng_kernels_selected())

  /// The kernels of every instruction set of this processor, the scalar reference first.
  package static var all: [Kernels] {
    (0..<tng_kernels_count()).map { Kernels(table: tng_kernels_at($0)) }
  }

  /// The instruction set: `scalar`, `avx2`, `avx512vnni`.
  package var name: String { String(cString: table.pointee.name) }
}

/// How networks run: with which kernels, on how many threads. Results do not depend on it.
package struct Execution: Sendable {
  let kernels: Kernels
  /// The number of threads, at least 1.
  package let threads: Int

  package init(kernels: Kernels = .selected, threads: Int = 1) {
    self.kernels = kernels
    self.threads = max(threads, 1)
  }

  /// How to work on `count` independent things: on all threads at once, each on one thread; a single one on all threads.
  package func split(_ count: Int) -> (outer: Execution, inner: Execution) {
    let serial = Execution(kernels: kernels)
    return count > 1 ? (self, serial) : (serial, self)
  }

  /// Calls `body` with consecutive parts of 0 ..< count, on all threads at once, and waits.
  package func divide(_ count: Int, _ body: (Range<Int>) -> Void) {
    let parts = min(threads, count)
    guard parts > 1 else { return body(0..<count) }
    #if canImport(Dispatch) && !hasFeature(Embedded)
      // SAFETY: the calls end before this function returns, and their parts are disjoint.
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: parts) { part in
        body(part * count / parts..<(part + 1) * count / parts)
      }
    #else
      body(0..<count)
    #endif
  }

  /// The results of `body` for 0 ..< count, computed on all threads at once.
  package func map<Result>(_ count: Int, _ body: (Int) -> Result) -> [Result] {
    [Result](unsafeUninitializedCapacity: count) { results, initialized in
      // SAFETY: each index is initialised once, by one thread, before `divide` returns.
      let base = results.baseAddress
      divide(count) { indices in
        for index in indices { (base! + index).initialize(to: body(index)) }
      }
      initialized = count
    }
  }
}
