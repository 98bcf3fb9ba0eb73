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
    let graphics = try request.choice("graphics", of: Graphics.allCases)
    return try await worker.work(request) { [coder = worker.coder] body, _ in
      let picture = try coder.read(body)
      let file = try timed {
        try coder.encodeTNG(
          picture, target: target, tuning: tuning, effort: effort ?? .standard,
          graphics: graphics ?? .auto)
      }
      return Response(
        file: file.result, mediaType: "image/x-tng", timings: [("encode", file.seconds)])
    }
  }

  /// What the query asks for: one of four targets at most.
  private static func target(_ request: Request) throws -> TNGEncoder.Target {
    let quality = try request.number("quality", in: 0...100.0)
    let bytes = try request.number("target-size", in: 1...9_007_199_254_740_991)
    let decibels = try request.number("target-psnr", in: 1...100.0)
    let score = try request.number("target-ssimulacra2", in: 0...100.0)
    let targets: [TNGEncoder.Target?] = [
      quality.map { .quality(Quality(percent: $0) ?? .standard) }, bytes.map { .bytes($0) },
      decibels.map { .psnr($0) }, score.map { .ssimulacra2($0) },
    ]
    let given = targets.compactMap { $0 }
    guard given.count <= 1 else {
      throw Problem(
        .badRequest,
        "Only one of quality, target-size, target-psnr and target-ssimulacra2 can be given.")
    }
    return given.first ?? .quality(.standard)
  }
}
