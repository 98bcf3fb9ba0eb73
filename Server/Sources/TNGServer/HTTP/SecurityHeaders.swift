import HTTPTypes
import Hummingbird

/// Adds to every response what keeps a page to itself: it loads nothing from elsewhere, runs no
/// script but its own files, and is shown in no frame.
///
/// The opener and embedder policies isolate the page, so that it may use threads.
struct SecurityHeaders<Context: RequestContext>: RouterMiddleware {
  private static var fields: HTTPFields {
    [
      .contentSecurityPolicy: """
      default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
      connect-src 'self'; img-src 'self' blob:; style-src 'self'; manifest-src 'self'; \
      base-uri 'none'; form-action 'none'; frame-ancestors 'none'
      """,
      .xContentTypeOptions: "nosniff",
      .referrerPolicy: "no-referrer",
      .crossOriginOpenerPolicy: "same-origin",
      .crossOriginEmbedderPolicy: "require-corp",
      .crossOriginResourcePolicy: "same-origin",
    ]
  }

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    for field in Self.fields where response.headers[field.name] == nil {
      response.headers[field.name] = field.value
    }
    return response
  }
}

extension HTTPField.Name {
  static let referrerPolicy = Self("Referrer-Policy")!
  static let crossOriginOpenerPolicy = Self("Cross-Origin-Opener-Policy")!
  static let crossOriginEmbedderPolicy = Self("Cross-Origin-Embedder-Policy")!
  static let crossOriginResourcePolicy = Self("Cross-Origin-Resource-Policy")!
  static let serverTiming = Self("Server-Timing")!
}
