import CAtomics
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

  /// The instruction set: `scalar`, `sse2`, `avx2`, `avxvnni`, `avx512vnni`, `neon` or `simd128`.
  package var name: String { String(cString: table.pointee.name) }
}

/// How networks run: with which kernels, on how many threads. Results do not depend on it.
package struct Execution: Sendable {
  let kernels: Kernels
  /// The number of threads, at least 1.
  package let threads: Int
  /// Where tensors get their memory from.
  package let workspace: Workspace
  /// The threads, inside ``withWorkers(_:)``.
  private var team: WorkerTeam?

  package init(
    kernels: Kernels = .selected, threads: Int = 1, workspace: Workspace = Workspace()
  ) {
    self.kernels = kernels
    self.threads = max(threads, 1)
    self.workspace = workspace
  }

  /// The same on at most this number of threads.
  package func limited(to threads: Int) -> Execution {
    Execution(kernels: kernels, threads: min(self.threads, threads), workspace: workspace)
  }

  /// A tensor whose values are yet to be set.
  package func tensor(rows: Int, columns: Int, channels: Int) -> Tensor {
    Tensor(unsetRows: rows, columns: columns, channels: channels, in: workspace)
  }

  /// Calls `body` once, with an execution that works on all threads; outside, all work is done by
  /// the caller's.
  package func withWorkers<Result: ~Copyable, Failure: Error>(
    _ body: (Execution) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard threads > 1, team == nil else { return try body(self) }
    var execution = self
    let team = WorkerTeam()
    execution.team = team
    var result: Swift.Result<Result, Failure>?
    runTeam(team) {
      do throws(Failure) {
        result = .success(try body(execution))
      } catch {
        result = .failure(error)
      }
    }
    return try result.take()!.get()
  }

  /// Calls `lead` on one thread, while others serve the team.
  private func runTeam(_ team: WorkerTeam, lead: () -> Void) {
    // SAFETY: one thread alone calls it, before this function returns.
    nonisolated(unsafe) let lead = lead
    onThreads {
      let worker = team.join()
      guard worker == 0 else { return team.serve(as: worker) }
      lead()
      team.dismiss()
    }
  }

  /// Calls `body` on ``threads`` threads at once, of which this is one; on fewer where the system
  /// gives no more.
  private func onThreads(_ body: @Sendable () -> Void) {
    #if canImport(Dispatch) && !hasFeature(Embedded)
      DispatchQueue.concurrentPerform(iterations: threads) { _ in body() }
    #elseif arch(wasm32)
      withoutActuallyEscaping(body) { body in
        // SAFETY: the pointer is used only for calls that return before this one.
        withUnsafePointer(to: body) { pointer in
          tng_on_threads(
            Int32(threads), { $0.assumingMemoryBound(to: (@Sendable () -> Void).self).pointee() },
            UnsafeMutableRawPointer(mutating: pointer))
        }
      }
    #else
      body()
    #endif
  }

  /// Calls `body` for each of 0 ..< count, on all threads at once, and waits. Of the calls with the
  /// same number of a worker, 0 ..< threads, no two run at once.
  package func parallelFor(_ count: Int, _ body: (_ index: Int, _ worker: Int) -> Void) {
    guard let team, count > 1 else {
      for index in 0..<count { body(index, 0) }
      return
    }
    withoutActuallyEscaping(body) { team.perform(count, $0) }
  }

  /// Calls `body` for the parts of `rows` rows of `columns` pixels each, as ``parallelFor(_:_:)``
  /// does.
  func parallelFor(
    rows: Int, columns: Int, _ body: (_ row: Int, _ columns: Range<Int>, _ worker: Int) -> Void
  ) {
    let width = Self.partWidth(of: columns)
    let parts = (columns + width - 1) / width
    parallelFor(rows * parts) { unit, worker in
      let (row, part) = unit.quotientAndRemainder(dividingBy: parts)
      body(row, part * width..<min((part + 1) * width, columns), worker)
    }
  }

  /// The largest ``partWidth(of:)`` there is.
  static let maximumPartWidth = 96

  /// The pixels of a row that are one work item: few enough that the load is balanced and their
  /// values stay in cache, enough to reuse a layer's weights.
  static func partWidth(of columns: Int) -> Int {
    let parts = max(columns / 48, 1)
    let width = (columns + parts - 1) / parts
    // Kernels take six pixels at a time.
    return (width + 5) / 6 * 6
  }

  /// The results of `body` for 0 ..< count. As many as all threads can share evenly are computed at
  /// once, each on one thread; those that are left one after the other, each on all threads.
  package func map<Result>(
    _ count: Int, _ body: (_ index: Int, _ inner: Execution) -> Result
  ) -> [Result] {
    [Result](unsafeUninitializedCapacity: count) { results, initialized in
      // SAFETY: each index is initialised once, by one thread, before `parallelFor` returns.
      let base = results.baseAddress
      let even = count - count % threads
      let serial = Execution(kernels: kernels, workspace: workspace)
      parallelFor(even) { index, _ in (base! + index).initialize(to: body(index, serial)) }
      for index in even..<count { (base! + index).initialize(to: body(index, self)) }
      initialized = count
    }
  }
}
