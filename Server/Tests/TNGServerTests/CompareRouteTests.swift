import HTTPTypes
import Foundation
import HummingbirdTesting
import ImageFiles
import PictureMetrics
import Pixels
import TNG
import TNGServer
import Testing

@Suite("Comparing formats")
struct CompareRouteTests {
  private struct Answer: Decodable, Sendable {
    struct Row: Decodable, Sendable {
      let format: String
      let bytes: Int
      let psnr: Double?
      let msSSIM: Double?
      let ssimulacra2: Double?
      let reachesTarget: Bool
      let file: Data?
    }

    let width: Int
    let height: Int
    let equalBytes: [Row]
    let equalQuality: [Row]
  }

  private func compare(_ picture: Picture, _ query: String) async throws -> Answer {
    let png = try picture.png()
    return try await withService { try await $0.send(.post, "/v1/compare" + query, png).json() }
  }

  @Test("Every format has TNG's bytes, and TNG's PSNR, or says that it does not")
  func targets() async throws {
    let answer = try await compare(pattern(width: 200, height: 170), "?quality=40")
    #expect((answer.width, answer.height) == (200, 170))
    for rows in [answer.equalBytes, answer.equalQuality] {
      #expect(rows.map(\.format) == ["tng", "jpeg", "webp", "avif"])
    }
    let tng = try #require(answer.equalBytes.first)
    for row in answer.equalBytes { #expect(row.reachesTarget == (row.bytes >= tng.bytes)) }
    for row in answer.equalQuality {
      #expect(row.reachesTarget == (row.psnr ?? .infinity >= tng.psnr ?? .infinity))
    }
    #expect(answer.equalQuality.allSatisfy { $0.msSSIM != nil && $0.file == nil })
  }

  @Test("Only the formats that are asked for are compared")
  func formats() async throws {
    let answer = try await compare(pattern(width: 60, height: 40), "?formats=avif,jpeg")
    for rows in [answer.equalBytes, answer.equalQuality] {
      #expect(rows.map(\.format) == ["tng", "jpeg", "avif"])
    }
  }

  @Test("The files are what the numbers say of them", arguments: PixelFormat.allCases)
  func files(format: PixelFormat) async throws {
    let picture = pattern(width: 60, height: 40, format: format)
    let answer = try await compare(picture, "?files=true")
    let white = overWhite(picture.pixels.colored)
    for row in answer.equalBytes {
      let file = try #require(row.file.map { [UInt8]($0) })
      #expect(file.count == row.bytes)
      let isTNG = row.format == "tng"
      let decoded = try isTNG ? TNGDecoder().decode(file).pixels : ImageReader().read(file).pixels
      #expect(try psnr(of: decoded, against: white) == row.psnr ?? .infinity)
      #expect(row.msSSIM == nil)
      #expect(try ssimulacra2(of: decoded, against: white) == row.ssimulacra2)
    }
  }

  /// A picture in red, green and blue, what shows through its alpha being white.
  private func overWhite(_ pixels: PixelBuffer) -> PixelBuffer {
    guard pixels.format.hasAlpha else { return pixels }
    let samples = (0..<pixels.width * pixels.height).flatMap { pixel in
      let opacity = Double(pixels.samples[4 * pixel + 3]) / 255
      return pixels.samples[4 * pixel..<4 * pixel + 3].map { sample in
        UInt8((Double(sample) * opacity + 255 * (1 - opacity)).rounded())
      }
    }
    return PixelBuffer(
      width: pixels.width, height: pixels.height, format: .rgb, samples: samples)
  }

  @Test("A picture that loses nothing has no PSNR, and the others are told to reach it or not")
  func lossless() async throws {
    let flat = PixelBuffer(
      width: 64, height: 64, format: .rgb, samples: [UInt8](repeating: 255, count: 64 * 64 * 3))
    let answer = try await compare(Picture(pixels: flat), "?quality=100")
    for row in answer.equalQuality { #expect(row.reachesTarget || row.psnr != nil) }
    #expect(answer.equalQuality.count == 4)
  }

  @Test("A picture beyond the limit for comparing is refused")
  func limit() async throws {
    let png = try pattern(width: 60, height: 40).png()
    let response = try await withService(.router, { $0.maximumComparedPixels = 2399 }) {
      try await $0.send(.post, "/v1/compare", png)
    }
    #expect(response.status == .contentTooLarge)
    #expect(response.problem?.contains("2399") == true)
  }
}
