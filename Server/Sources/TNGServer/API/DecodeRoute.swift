import Hummingbird
import ImageFiles
import TNG

/// `POST /v1/decode`: a `.tng` file in, a picture in the format that the client accepts out.
struct DecodeRoute: Sendable {
  let worker: PictureWorker

  /// The formats, the usual one first.
  static let formats: [PictureFormat] = [.png, .jpeg, .webp, .avif]

  func respond(to request: Request) async throws -> Response {
    let accept = AcceptHeader(request.headers)
    guard let format = accept.best(of: Self.formats, weight: { accept.weight(of: $0.mediaType) }),
      let fileFormat = format.imageFileFormat
    else {
      throw Problem(
        .notAcceptable, "The picture can be sent as PNG, JPEG, WebP or AVIF.",
        headers: [.vary: "Accept"])
    }
    return try await worker.work(request) { [coder = worker.coder] body, _ in
      let picture = try timed { try coder.decodeTNG(body) }
      // As lossless as the format allows: PNG, WebP; JPEG and AVIF at a high quality.
      let file = try ImageWriter(format: fileFormat).write(picture.result)
      var response = Response(
        file: file, mediaType: format.mediaType, timings: [("decode", picture.seconds)])
      response.headers[.vary] = "Accept"
      return response
    }
  }
}
