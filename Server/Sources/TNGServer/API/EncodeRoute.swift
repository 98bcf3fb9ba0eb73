import Hummingbird
import TNG

/// `POST /v1/encode`: a picture in, a `.tng` file out.
struct EncodeRoute: Sendable {
  let worker: PictureWorker

  /// More would let a request keep the machine busy for long.
  private static let maximumEffort = 4

  func respond(to request: Request) async throws -> Response {
    let target = try Self.target(request)
    let tuning = try request.choice("tune", of: Tuning.allCases)
    let effort = try request.number("effort", in: 0...Self.maximumEffort).flatMap(
      Effort.init(level:))
    return try await worker.work(request) { [coder = worker.coder] body, _ in
      let picture = try coder.read(body)
      let file = try timed {
        try coder.encodeTNG(picture, target: target, tuning: tuning, effort: effort ?? .standard)
      }
      return Response(
        file: file.result, mediaType: "image/x-tng", timings: [("encode", file.seconds)])
    }
  }

  /// What the query asks for: one of three targets at most.
  private static func target(_ request: Request) throws -> TNGEncoder.Target {
    let quality = try request.number("quality", in: 0...100.0)
    let bytes = try request.number("target-size", in: 1...9_007_199_254_740_991)
    let decibels = try request.number("target-psnr", in: 1...100.0)
    switch (quality, bytes, decibels) {
    case (nil, nil, nil): return .quality(.standard)
    case (let quality?, nil, nil): return .quality(Quality(percent: quality) ?? .standard)
    case (nil, let bytes?, nil): return .bytes(bytes)
    case (nil, nil, let decibels?): return .psnr(decibels)
    default:
      throw Problem(
        .badRequest, "Only one of quality, target-size and target-psnr can be given.")
    }
  }
}
