import Hummingbird
import ImageFiles
import Pixels
import TNG

/// `POST /v1/decode`: a `.tng` file in, a picture in the format that the client accepts out.
struct DecodeRoute: Sendable {
  let worker: PictureWorker

  /// The formats, the usual one first.
  static let formats: [PictureFormat] = [.png, .jpeg, .webp, .avif]

  func respond(to request: Request) async throws -> Response {
    let accept = AcceptHeader(request.headers)
    let formats = accept.ranked(Self.formats) { accept.weight(of: $0.mediaType) }
    if formats.isEmpty { throw Self.notAcceptable("") }
    return try await worker.work(request) { [coder = worker.coder] body, _ in
      let picture = try timed { try coder.decodeTNG(body) }
      let (format, file) = try Self.write(picture.result, in: formats)
      var response = Response(
        file: file, mediaType: format.mediaType, timings: [("decode", picture.seconds)])
      response.headers[.vary] = "Accept"
      return response
    }
  }

  /// The file of the first format that can hold the picture, as lossless as the format allows: PNG,
  /// WebP; JPEG and AVIF at a high quality.
  private static func write(
    _ picture: Picture, in formats: [PictureFormat]
  ) throws -> (format: PictureFormat, file: [UInt8]) {
    var reason = ""
    for format in formats {
      guard let fileFormat = format.imageFileFormat else { continue }
      do {
        return (format, try ImageWriter(format: fileFormat).write(picture))
      } catch ImageFileError.notWritten(let why) {
        reason = " " + ImageFileError.notWritten(why).description
      }
    }
    throw notAcceptable(reason)
  }

  private static func notAcceptable(_ reason: String) -> Problem {
    Problem(
      .notAcceptable, "The picture can be sent as PNG, JPEG, WebP or AVIF.\(reason)",
      headers: [.vary: "Accept"])
  }
}
