import Foundation
import Pixels
import Testing

/// A line of `Vectors/expected.txt`: what the common implementations of the metrics say of a
/// distorted picture.
struct MetricVector: Sendable, CustomTestStringConvertible {
  let crop: String
  let distortion: Distortion
  let psnr: Double
  let msSSIM: Double
  let ssimulacra2: Double

  var testDescription: String { "\(crop), \(distortion)" }

  static let all: [MetricVector] = {
    fields(of: "expected.txt").map { fields in
      MetricVector(
        crop: fields[0], distortion: Distortion(rawValue: fields[1])!, psnr: Double(fields[2])!,
        msSSIM: Double(fields[3])!, ssimulacra2: Double(fields[4])!)
    }
  }()

  /// The fields of each line of a file.
  static func fields(of file: String) -> [[String]] {
    let lines = String(decoding: read(file), as: UTF8.self).split(separator: "\n")
    return lines.map { $0.split(separator: " ").map(String.init) }
  }

  /// The undistorted picture.
  var original: PixelBuffer { Self.picture(crop) }

  /// The picture of a crop.
  static func picture(_ crop: String) -> PixelBuffer {
    let bytes = read("\(crop).ppm")
    let fields = bytes.split(
      maxSplits: 4, omittingEmptySubsequences: false,
      whereSeparator: { $0 == 0x20 || $0 == 0x0A })
    let numbers = fields[1...3].map { Int(String(decoding: $0, as: UTF8.self))! }
    precondition(fields[0].elementsEqual("P6".utf8) && numbers[2] == 255, "an 8-bit PPM")
    return PixelBuffer(
      width: numbers[0], height: numbers[1], format: .rgb, samples: Array(fields[4]))
  }

  private static func read(_ name: String) -> Data {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    do {
      return try Data(contentsOf: folder.appendingPathComponent("Vectors/\(name)"))
    } catch {
      preconditionFailure("\(name) cannot be read: \(error)")
    }
  }
}
