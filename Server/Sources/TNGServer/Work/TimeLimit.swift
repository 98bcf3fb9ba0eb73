/// The result of `body`, which is cancelled after `limit`.
///
/// - Throws: what `body` throws, or `problem` if it takes too long.
func withTimeLimit<Result: Sendable>(
  _ limit: Duration, orThrow problem: Problem,
  _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
  try await withThrowingTaskGroup(of: Result.self) { group in
    group.addTask(operation: body)
    group.addTask {
      try await Task.sleep(for: limit)
      throw problem
    }
    defer { group.cancelAll() }
    return try await group.next()!
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
