import Hummingbird
import TNG

/// `POST /v1/compare`: a picture in, formats beside one another out.
struct CompareRoute: Sendable {
  let worker: PictureWorker
  /// Has a limit of its own, because all formats are tried on each picture.
  let coder: PictureCoder

  func respond(to request: Request) async throws -> Response {
    let quality = try request.number("quality", in: 0...100) ?? PictureFormat.tng.standardQuality
    let formats = try request.choices("formats", of: Comparison.others)
    let includesFiles = try request.flag("files")
    return try await worker.work(request) { [coder] body, cancellation in
      let picture = try coder.read(body)
      let comparison = try Comparison(
        picture, quality: quality, with: formats, includesFiles: includesFiles, coder: coder,
        cancellation: cancellation)
      return try Response(headers: [.cacheControl: "no-store"], json: comparison)
    }
  }
}
