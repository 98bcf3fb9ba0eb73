import Hummingbird

/// Runs the work on an uploaded picture within the limits of the service. Nothing is kept of it.
struct PictureWorker: Sendable {
  let pool: WorkerPool
  let coder: PictureCoder
  let bodyMemory: BodyMemory
  /// The most bytes of a body.
  let maximumBodyBytes: Int
  /// The time for the body to arrive, and for the work on it, each.
  let timeLimit: Duration

  /// The response that `work` makes of a request's body on a thread for work.
  func work(
    _ request: Request,
    _ work: @escaping @Sendable ([UInt8], Cancellation) throws -> Response
  ) async throws -> Response {
    // Whoever would find no place is sent away before the body is read. The place itself is taken after it, so that
    // bodies that do not arrive hold none.
    if pool.isFull { throw Problem.busy }
    let share = bodyMemory.makeShare()
    let body = try await request.readBody(
      upTo: maximumBodyBytes, timeLimit: timeLimit, in: share)
    let place = try pool.takePlace()
    return try await withTimeLimit(timeLimit, orThrow: .slowWork) {
      try await place.run { cancellation in
        try withExtendedLifetime(share) { try work(body, cancellation) }
      }
    }
  }
}

extension Response {
  /// A response with a picture that no one should keep, and how long parts of the work took.
  init(file: [UInt8], mediaType: String, timings: [(name: String, seconds: Double)]) {
    let timing = timings.map { "\($0.name);dur=\(Int(($0.seconds * 1000).rounded()))" }
    self.init(
      status: .ok,
      headers: [
        .contentType: mediaType, .cacheControl: "no-store",
        .serverTiming: timing.joined(separator: ", "),
      ],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: file)))
  }
}
