import NIOPosix
import ServiceLifecycle
import Synchronization

/// Threads for the codecs, apart from those that serve connections, with a bounded queue before them.
///
///     let place = try pool.takePlace()
///     let file = try await place.run { _ in try encoder.encode(picture) }
///
/// There are as many places as threads and places in the queue; who finds none free is sent away.
final class WorkerPool: Service {
  /// The number of places: for those at work and those that wait.
  let capacity: Int
  fileprivate let threads: NIOThreadPool
  fileprivate let taken = Mutex(0)

  /// Starts the threads.
  init(workers: Int, queueLength: Int) {
    capacity = workers + queueLength
    threads = NIOThreadPool(numberOfThreads: workers)
    threads.start()
  }

  /// The number of places that are taken.
  var takenPlaces: Int { taken.withLock { $0 } }

  /// Whether no place is free.
  var isFull: Bool { takenPlaces == capacity }

  /// Waits until the service stops, then for the work at hand.
  func run() async throws {
    try? await gracefulShutdown()
    try await threads.shutdownGracefully()
  }

  /// Takes a place, which is free again when nothing refers to it.
  ///
  /// - Throws: ``Problem/busy``.
  func takePlace() throws(Problem) -> Place {
    let isTaken = taken.withLock { taken in
      guard taken < capacity else { return false }
      taken += 1
      return true
    }
    guard isTaken else { throw .busy }
    return Place(pool: self)
  }

  /// A place among those who work or wait.
  final class Place: Sendable {
    private let pool: WorkerPool

    fileprivate init(pool: WorkerPool) { self.pool = pool }

    deinit { pool.taken.withLock { $0 -= 1 } }

    /// Runs work on a thread of the pool, in turn.
    ///
    /// When the task that waits is cancelled, it waits no more; the work keeps the place until it
    /// ends, is not begun if it has not been, and can ask whether it is still wanted.
    func run<Result: Sendable>(
      _ work: @escaping @Sendable (Cancellation) throws -> Result
    ) async throws -> Result {
      let cancellation = Cancellation()
      let (results, continuation) = AsyncThrowingStream<Result, any Error>.makeStream()
      pool.threads.submit { [self] state in
        withExtendedLifetime(self) {
          guard state == .active else { return continuation.finish() }
          do {
            try cancellation.check()
            continuation.yield(try work(cancellation))
            continuation.finish()
          } catch {
            continuation.finish(throwing: error)
          }
        }
      }
      return try await withTaskCancellationHandler {
        try await results.firstValue()
      } onCancel: {
        cancellation.cancel()
      }
    }
  }
}

/// Whether the result of work is still wanted.
final class Cancellation: Sendable {
  private let state = Atomic(false)

  /// Whether the result is not wanted.
  var isCancelled: Bool { state.load(ordering: .relaxed) }

  /// Says that the result is not wanted.
  func cancel() { state.store(true, ordering: .relaxed) }

  /// Throws `CancellationError` if the result is not wanted.
  func check() throws {
    if isCancelled { throw CancellationError() }
  }
}
