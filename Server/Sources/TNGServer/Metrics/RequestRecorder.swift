import CoreMetrics
import Hummingbird
import Logging

/// Logs and measures every request with its answer; the names are those of OpenTelemetry.
struct RequestRecorder<Context: RequestContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let active = Meter(label: "http.server.active_requests")
    active.increment()
    defer { active.decrement() }
    let start = ContinuousClock.now
    let response = try await next(request, context)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    Timer(
      label: "http.server.request.duration",
      dimensions: [
        ("http.route", context.endpointPath ?? "none"),
        ("http.request.method", request.method.rawValue),
        ("http.response.status_code", "\(response.status.code)"),
      ]
    ).recordSeconds(seconds)
    context.logger.info(
      "request",
      metadata: [
        "method": "\(request.method)", "path": "\(request.uri.path)",
        "status": "\(response.status.code)", "seconds": "\(seconds)",
      ])
    return response
  }
}
