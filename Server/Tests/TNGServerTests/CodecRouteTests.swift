import HTTPTypes
import HummingbirdTesting
import ImageFiles
import PictureMetrics
import Pixels
import TNG
import Testing

@Suite("Encoding and decoding")
struct CodecRouteTests {
  private let picture = pattern(width: 120, height: 80)

  @Test("A picture becomes the file that the library makes of it")
  func encode() async throws {
    let png = try picture.png()
    let response = try await withService { try await $0.send(.post, "/v1/encode?quality=70", png) }
    let expected = try TNGEncoder(options: .init(target: .quality(Quality(percent: 70)!)))
      .encode(picture)
    #expect(response.status == .ok)
    #expect(response.headers[.contentType] == "image/x-tng")
    #expect(response.headers[.cacheControl] == "no-store")
    #expect(response.bytes == expected)
  }

  @Test("A target size, a target PSNR and a target SSIMULACRA2 are met")
  func targets() async throws {
    let png = try picture.png()
    let (small, good, seen) = try await withService {
      (
        try await $0.send(.post, "/v1/encode?target-size=900&tune=psnr&effort=2", png),
        try await $0.send(.post, "/v1/encode?target-psnr=35.5", png),
        try await $0.send(.post, "/v1/encode?target-ssimulacra2=60", png)
      )
    }
    #expect(small.status == .ok && small.bytes.count <= 900)
    let decoded = try TNGDecoder().decode(good.bytes).pixels
    #expect(try psnr(of: decoded, against: picture.pixels) >= 35.5)
    let scored = try TNGDecoder().decode(seen.bytes).pixels
    #expect(try ssimulacra2(of: scored, against: picture.pixels) >= 60)
  }

  @Test(
    "A file is decoded into the format that the client takes",
    arguments: [
      ("image/jpeg", "image/jpeg"), ("image/webp;q=0.5, image/avif", "image/avif"),
      ("image/*", "image/png"), ("*/*;q=0.1,image/webp", "image/webp"),
    ])
  func decode(accept: String, mediaType: String) async throws {
    let file = try TNGEncoder().encode(picture)
    let response = try await withService {
      try await $0.send(.post, "/v1/decode", file, headers: [.accept: accept])
    }
    #expect(response.headers[.contentType] == mediaType)
    #expect(response.headers[.vary] == "Accept")
    let pixels = try ImageReader().read(response.bytes).pixels
    #expect(try psnr(of: pixels, against: TNGDecoder().decode(file).pixels) > 35)
  }

  @Test("Without a wish, the picture comes as PNG, sample for sample")
  func decodePNG() async throws {
    let file = try TNGEncoder().encode(picture)
    let response = try await withService { try await $0.send(.post, "/v1/decode", file) }
    #expect(response.headers[.contentType] == "image/png")
    #expect(try ImageReader().read(response.bytes).pixels == TNGDecoder().decode(file).pixels)
  }

  @Test("What cannot be done is said in a sentence")
  func failures() async throws {
    let png = try picture.png()
    var damaged = try TNGEncoder().encode(picture)
    damaged[damaged.count / 2] ^= 1
    let cases: [(path: String, body: [UInt8], status: Int)] = [
      ("/v1/encode", [], 400), ("/v1/encode", Array("no picture".utf8), 415),
      ("/v1/encode", Array(png.prefix(png.count / 2)), 422), ("/v1/encode?quality=101", png, 400),
      ("/v1/encode?quality=x", png, 400), ("/v1/encode?quality=1&quality=2", png, 400),
      ("/v1/encode?tune=psnr&tune=psnr", png, 400), ("/v1/encode?tune=size", png, 400),
      ("/v1/encode?effort=5", png, 400), ("/v1/encode?graphics=some", png, 400),
      ("/v1/encode?quality=1&target-size=900", png, 400), ("/v1/encode?target-size=0", png, 400),
      ("/v1/encode?target-size=1", png, 422), ("/v1/encode?target-psnr=99", png, 422),
      ("/v1/encode?target-ssimulacra2=100", png, 422),
      ("/v1/encode?target-ssimulacra2=70&quality=5", png, 400),
      ("/v1/decode", png, 415), ("/v1/decode", damaged, 422),
      ("/v1/decode", Array(damaged.prefix(40)), 422), ("/v1/compare?files=yes", png, 400),
      ("/v1/compare?formats=", png, 400), ("/v1/compare?formats=jpeg,png", png, 400),
    ]
    try await withService { client in
      for (path, body, status) in cases {
        let response = try await client.send(.post, path, body)
        #expect(response.status.code == status, "\(path)")
        #expect(response.problem?.hasSuffix(".") == true, "\(path)")
      }
      let refused = try await client.send(.post, "/v1/decode", png, headers: [.accept: "text/html"])
      #expect(refused.status == .notAcceptable)
    }
  }
}
