import Foundation
import Neural
import Pixels
import Testing

/// A picture and what the integer twin in `training/` makes of it: see `Vectors/README.md`.
struct Vector: Decodable, Sendable, CustomTestStringConvertible {
  struct Summary: Decodable, Sendable, Equatable {
    let shape: [Int]
    let crc: String
  }

  struct Run: Decodable, Sendable {
    let network: String
    let layers: [Summary]
  }

  struct Tile: Decodable, Sendable {
    let row: Int
    let column: Int
    let hyperLatents: Summary
    let features: Summary
    let contextOutputs: [Summary]
    let decodedLatents: Summary
    let bits: Double
  }

  /// What comes out when residuals are chosen by rate and distortion together.
  struct Optimized: Decodable, Sendable {
    let pixels: Samples
    let bits: Double
  }

  struct Samples: Decodable, Sendable {
    let crc: String
    let samples: String?
  }

  let model: String
  let width: Int
  let height: Int
  let level: Int
  let input: Samples
  let latents: Summary
  let tiles: [Tile]
  let pixels: Samples
  /// Σ −log2 p.
  let bits: Double
  let rateDistortionOptimized: Optimized
  /// Every evaluation of a network, for small pictures.
  let runs: [Run]?

  var testDescription: String { "\(width)×\(height) at level \(level)" }

  /// All vectors.
  static var all: [Vector] {
    get throws {
      let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors")
      return try FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: nil
      )
      .filter { $0.pathExtension == "json" }
      .sorted { $0.path < $1.path }
      .map { try JSONDecoder().decode(Vector.self, from: Data(contentsOf: $0)) }
    }
  }

  /// The picture: stored, or by the formulas of `training/tngtrain/vectors.py`.
  var picture: PixelBuffer {
    let samples = input.samples.map { [UInt8](Data(base64Encoded: $0)!) } ?? synthetic
    return PixelBuffer(width: width, height: height, format: .rgb, samples: samples)
  }

  private var synthetic: [UInt8] {
    (0..<height).flatMap { i in
      (0..<width).flatMap { j -> [UInt8] in
        let (di, dj) = (i - height / 2, j - width / 2)
        let green = di * di + dj * dj < width * height / 12 ? 210 : j * 255 / width
        let blue = (i / 3 + j / 5) % 4 == 0 ? 240 : i * j % 199
        return [UInt8((i * 7 + j * 3) % 256), UInt8(green), UInt8(blue)]
      }
    }
  }
}
