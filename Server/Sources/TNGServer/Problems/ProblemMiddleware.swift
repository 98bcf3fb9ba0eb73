import Hummingbird
import Logging

/// Turns what routes throw into `application/problem+json`.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      return try problem(error, context.logger).response(from: request, context: context)
    }
  }

  private func problem(_ error: any Error, _ logger: Logger) -> Problem {
    if let problem = Problem(error) { return problem }
    logger.error("failure", metadata: ["error": "\(error)"])
    return Problem(.internalServerError, "Something went wrong in the service; its log says what.")
  }
}
