import HTTPTypes
import Hummingbird

/// `GET /images/NAME`: a picture of the folder, in the best format that the client accepts.
///
/// TNG, AVIF and WebP go only to clients that name them, because some send `*/*` without reading
/// them; JPEG goes to the others.
struct ImageRoute: Sendable {
  let store: ImageStore
  let modelID: UInt32
  let maximumAge: Int
  let timeLimit: Duration

  private static let formats: [PictureFormat] = [.tng, .avif, .webp, .jpeg]

  func respond(to request: Request, name: [String]) async throws -> Response {
    let variant = try variant(request, name: name)
    let tag = "\"\(variant.tag)\""
    var headers: HTTPFields = [
      .eTag: tag, .cacheControl: "public, max-age=\(maximumAge)", .vary: "Accept",
      .acceptRanges: "bytes", .accessControlAllowOrigin: "*",
      .crossOriginResourcePolicy: "cross-origin",
    ]
    if request.isMatched(tag) { return Response(status: .notModified, headers: headers) }
    let file = try await withTimeLimit(timeLimit, orThrow: .slowWork) { [store] in
      try await store.file(variant)
    }
    headers[.contentType] = variant.format.mediaType
    return try response(file, range: request.range(of: file.count, tag: tag), headers: headers)
  }

  private func variant(_ request: Request, name: [String]) throws -> ImageVariant {
    let width = try request.number("w", in: 1...16384)
    let quality = try request.number("q", in: 0...100)
    guard let source = store.folder.find(name) else { throw Problem.notFound }
    let accept = AcceptHeader(request.headers)
    let format = accept.best(of: Self.formats) {
      accept.weight(of: $0.mediaType, byWildcards: $0 == .jpeg)
    }
    guard let format else {
      throw Problem(
        .notAcceptable, "The picture can be sent as TNG, AVIF, WebP or JPEG.",
        headers: [.vary: "Accept"])
    }
    return ImageVariant(
      source: source, width: width, quality: quality, format: format, modelID: modelID)
  }

  private func response(
    _ file: [UInt8], range: ByteRange, headers: HTTPFields
  ) throws(Problem) -> Response {
    var headers = headers
    switch range {
    case .whole:
      return Response(
        status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: file)))
    case .part(let range):
      headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.count)"
      return Response(
        status: .partialContent, headers: headers,
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: file[range])))
    case .unsatisfiable:
      throw Problem(
        .rangeNotSatisfiable, "The file has \(file.count) bytes.",
        headers: [.contentRange: "bytes */\(file.count)"])
    }
  }
}
