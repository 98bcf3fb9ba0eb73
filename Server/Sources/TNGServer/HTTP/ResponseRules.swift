import HTTPTypes
import Hummingbird

/// What HTTP asks of every answer: none to HEAD has a body, and 304 does not tell its length (RFC
/// 9110, sections 9.3.2 and 8.6).
struct ResponseRules<Context: RequestContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    if request.method == .head { response = response.createHeadResponse() }
    if response.status == .notModified { response.headers[.contentLength] = nil }
    return response
  }
}
