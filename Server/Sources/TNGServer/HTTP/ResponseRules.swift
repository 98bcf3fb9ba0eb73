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

extension HTTPRequest.Method {
  /// The methods that an address may take, or refuse by a list of those that it takes.
  static let known = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY",
  ].compactMap(HTTPRequest.Method.init(rawValue:))
}

/// Answers other methods, such as those of WebDAV, by 501 (RFC 9110, section 9.1).
struct KnownMethods<Context: RequestContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    guard HTTPRequest.Method.known.contains(request.method) else {
      throw Problem(.notImplemented, "The service has no method \(request.method.rawValue).")
    }
    return try await next(request, context)
  }
}
