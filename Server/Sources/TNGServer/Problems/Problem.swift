import Foundation
import HTTPTypes
import Hummingbird

/// Why a request has no other answer, as the client is told (RFC 9457, `application/problem+json`).
struct Problem: Error, Hashable, HTTPResponseError {
  /// The status of the response.
  let status: HTTPResponse.Status
  /// What went wrong, in full sentences.
  let detail: String
  /// Further fields of the response.
  var headers: HTTPFields = [:]

  /// Creates a problem.
  init(_ status: HTTPResponse.Status, _ detail: String, headers: HTTPFields = [:]) {
    self.status = status
    self.detail = detail
    self.headers = headers
  }

  /// The document that tells of the problem.
  private struct Document: Encodable {
    let title: String
    let status: Int
    let detail: String
  }

  func response(from request: Request, context: some RequestContext) throws -> Response {
    let document = Document(title: status.reasonPhrase, status: status.code, detail: detail)
    var headers = headers
    headers[.contentType] = "application/problem+json"
    return try Response(status: status, headers: headers, json: document)
  }
}

extension Problem {
  /// All places at work and in the queue are taken.
  static let busy = Problem(
    .serviceUnavailable, "The service is busy; try again shortly.", headers: [.retryAfter: "1"])

  /// The body did not come in time.
  static let slowRequest = Problem(
    .requestTimeout, "The body did not arrive in time.", headers: [.connection: "close"])

  /// The connection was closed within the body, or what it sent is none.
  static let brokenBody = Problem(
    .badRequest, "The body broke off, or is not what its header says.",
    headers: [.connection: "close"])

  /// The work took too long, or the service stops.
  static let slowWork = Problem(
    .serviceUnavailable, "The work was not done in time; try a smaller picture, or later.",
    headers: [.retryAfter: "10"])

  /// There is nothing at the address.
  static let notFound = Problem(.notFound, "There is nothing at this address.")

  /// The address takes other methods.
  static func methodNotAllowed(_ allowed: [HTTPRequest.Method]) -> Problem {
    let list = allowed.map(\.rawValue).joined(separator: ", ")
    return Problem(.methodNotAllowed, "This address takes \(list).", headers: [.allow: list])
  }
}

extension Response {
  /// A response with a value as JSON, its keys in alphabetical order.
  init(
    status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], json value: some Encodable
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var headers = headers
    if headers[.contentType] == nil { headers[.contentType] = "application/json" }
    self.init(
      status: status, headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(value))))
  }
}

/// The time as HTTP writes it.
var currentHTTPDate: String { Date.now.httpText }

extension Date {
  /// The date as HTTP writes it, such as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
  fileprivate var httpText: String {
    var seconds = time_t(timeIntervalSince1970)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    // Not by the system's names, which depend on its language.
    let day = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][Int(parts.tm_wday)]
    let month = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ][Int(parts.tm_mon)]
    let date = String(format: "%02d \(month) %04d", parts.tm_mday, parts.tm_year + 1900)
    let time = String(format: "%02d:%02d:%02d", parts.tm_hour, parts.tm_min, parts.tm_sec)
    return "\(day), \(date) \(time) GMT"
  }
}
