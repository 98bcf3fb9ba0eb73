import HTTPTypes
import Hummingbird
import ImageFiles

/// `GET /images/NAME`: a picture of the folder, in the best format that the client accepts.
///
/// TNG, AVIF and WebP go only to clients that name them, because some send `*/*` without reading
/// them; JPEG goes to the others. A format that cannot hold the picture is passed over.
struct ImageRoute: Sendable {
  let store: ImageStore
  let modelID: UInt32
  let maximumAge: Int
  let timeLimit: Duration

  private static let formats: [PictureFormat] = [.tng, .avif, .webp, .jpeg]

  func respond(to request: Request, name: [String]) async throws -> Response {
    var reason = ""
    for variant in try variants(request, name: name) {
      let tag = "\"\(variant.tag)\""
      let headers: HTTPFields = [
        .contentType: variant.format.mediaType, .cacheControl: "public, max-age=\(maximumAge)",
        .vary: "Accept", .accessControlAllowOrigin: "*", .crossOriginResourcePolicy: "cross-origin",
      ]
      if case .notModified = request.precondition(tag: tag) {
        return Response(notModified: tag, headers: headers)
      }
      do {
        let file = try await withTimeLimit(timeLimit, orThrow: .slowWork) { [store] in
          try await store.file(variant)
        }
        return try await Response(to: request, fileOf: file.count, tag: tag, headers: headers) {
          ResponseBody(byteBuffer: ByteBuffer(bytes: file[$0]))
        }
      } catch ImageFileError.notWritten(let why) {
        reason = " " + ImageFileError.notWritten(why).description
      }
    }
    throw Problem(
      .notAcceptable, "The picture can be sent as TNG, AVIF, WebP or JPEG.\(reason)",
      headers: [.vary: "Accept"])
  }

  /// What a request may be answered with, the best first.
  private func variants(_ request: Request, name: [String]) throws -> [ImageVariant] {
    let width = try request.number("w", in: 1...16384)
    let quality = try request.number("q", in: 0...100)
    let metadata = try request.choice("metadata", of: MetadataShare.allCases)
    guard let source = store.folder.find(name) else { throw Problem.notFound }
    let accept = AcceptHeader(request.headers)
    let formats = accept.ranked(Self.formats) {
      accept.weight(of: $0.mediaType, byWildcards: $0 == .jpeg)
    }
    return formats.map {
      ImageVariant(
        source: source, width: width, quality: quality, metadata: metadata ?? .copyright,
        format: $0, modelID: modelID)
    }
  }
}
