import NIOCore
import NIOPosix

/// The result of `body`, which is cancelled after `limit`.
///
/// The clock is that of the event loops, because a `Task.sleep` that is cancelled keeps its memory until its time has
/// come: a minute of all requests.
///
/// - Throws: what `body` throws, or `problem` if it takes too long.
func withTimeLimit<Result: Sendable>(
  _ limit: Duration, orThrow problem: Problem,
  _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
  let task = Task(operation: body)
  let expiry = Cancellation()
  let timer = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: TimeAmount(limit)) {
    expiry.cancel()
    task.cancel()
  }
  defer { timer.cancel() }
  do {
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  } catch {
    throw expiry.isCancelled ? problem : error
  }
}

extension Task where Failure == any Error {
  /// The value of a task that others wait for too: it goes on when this wait is cancelled.
  func sharedValue() async throws -> Success {
    let (values, continuation) = AsyncThrowingStream<Success, any Error>.makeStream()
    Task<Void, Never> {
      continuation.yield(with: await result)
      continuation.finish()
    }
    return try await values.firstValue()
  }
}

extension AsyncThrowingStream where Failure == any Error, Element: Sendable {
  /// The first value of a stream that has one.
  ///
  /// - Throws: what the stream throws, or `CancellationError` if the wait is cancelled.
  func firstValue() async throws -> Element {
    for try await value in self { return value }
    throw CancellationError()
  }
}
