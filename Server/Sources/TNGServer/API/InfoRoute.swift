import Hummingbird
import ImageFiles
import Pixels
import TNG

/// `GET /v1/info`: what the service is and takes.
struct ServiceInfo: Encodable, Sendable {
  /// The model that encodes by default.
  struct Model: Encodable, Sendable {
    /// `0x` and eight digits.
    let id: String
    let name: String?
  }

  /// What a request may ask for at most.
  struct Limits: Encodable, Sendable {
    let bodyBytes: Int
    let pixels: Int
    let comparedPixels: Int
    let seconds: Int64
  }

  let name = "tng-server"
  let version = serverVersion
  let model: Model
  /// The media types that `/v1/encode` and `/v1/compare` read.
  let reads =
    PictureFormat.allCases.map(\.mediaType) + [
      "image/tiff", "image/heic", "image/jxl", "image/jp2",
    ]
  /// The media types that `/v1/decode` writes.
  let writes = DecodeRoute.formats.map(\.mediaType)
  let limits: Limits

  /// Asks the encoder for its model, which also unpacks it before the first request needs it.
  init(_ settings: ServiceSettings) throws {
    let pixel = PixelBuffer(width: 1, height: 1, format: .gray, samples: [0])
    let info = try TNGDecoder().readInfo(TNGEncoder().encode(Picture(pixels: pixel)))
    modelID = info.model?.id ?? 0
    model = Model(id: info.model?.idText ?? "none", name: info.model?.name)
    limits = Limits(
      bodyBytes: settings.maximumBodyBytes, pixels: settings.maximumPixels,
      comparedPixels: min(settings.maximumComparedPixels, settings.maximumPixels),
      seconds: settings.timeLimit.components.seconds)
  }

  /// The id of the model that encodes by default.
  let modelID: UInt32

  private enum CodingKeys: CodingKey { case name, version, model, reads, writes, limits }
}

/// The version of the service.
package let serverVersion = "0.1.0"
