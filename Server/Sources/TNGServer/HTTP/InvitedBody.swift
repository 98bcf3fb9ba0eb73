import HTTPTypes
import Hummingbird
import NIOCore

/// Asks a client that sent `Expect: 100-continue` for the body when a route begins to read it, so
/// that a request that is refused before costs no upload (RFC 9110, section 10.1.1).
struct BodyInvitations: RouterMiddleware {
  func handle(
    _ request: Request, context: ServiceContext,
    next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    guard request.headers[.expect] != nil else { return try await next(request, context) }
    var request = request
    request.body = RequestBody(
      asyncSequence: InvitedBody(body: request.body, invite: context.inviteBody))
    return try await next(request, context)
  }
}

/// A body that is asked for when it is read.
private struct InvitedBody: AsyncSequence, Sendable {
  let body: RequestBody
  let invite: @Sendable () -> Void

  func makeAsyncIterator() -> RequestBody.AsyncIterator {
    invite()
    return body.makeAsyncIterator()
  }
}
