import HTTPTypes
import Hummingbird

extension Response {
  /// The answer to a request for a file: the file, a part of it, or what its conditions ask for.
  ///
  /// - Parameters:
  ///   - count: the bytes of the file.
  ///   - tag: the file's entity tag, with its quotes.
  ///   - headers: fields of the answer; those of the tag and of ranges are added.
  ///   - body: gives some bytes of the file.
  /// - Throws: ``Problem`` for a condition or a range that the file does not meet.
  init(
    to request: Request, fileOf count: Int, tag: String, headers: HTTPFields,
    body: (Range<Int>) async throws -> ResponseBody
  ) async throws {
    var headers = headers
    headers[.eTag] = tag
    headers[.acceptRanges] = "bytes"
    switch request.precondition(tag: tag) {
    case .met: break
    case .notModified:
      self.init(notModified: tag, headers: headers)
      return
    case .failed:
      throw Problem(.preconditionFailed, "The file is another than those of If-Match.")
    }
    switch request.range(of: count, tag: tag) {
    case .whole:
      headers[.contentLength] = "\(count)"
      self.init(status: .ok, headers: headers, body: try await body(0..<count))
    case .part(let range):
      headers[.contentLength] = "\(range.count)"
      headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(count)"
      self.init(status: .partialContent, headers: headers, body: try await body(range))
    case .unsatisfiable:
      throw Problem(
        .rangeNotSatisfiable, "The file has \(count) bytes.",
        headers: [.contentRange: "bytes */\(count)"])
    }
  }

  /// The answer to a client that has the file with a tag.
  init(notModified tag: String, headers: HTTPFields) {
    var headers = headers
    headers[.eTag] = tag
    self.init(status: .notModified, headers: headers)
  }
}
