import Codec
import EntropyCoding
import Foundation
import ImageFiles
import Models
import Neural
import Pixels
import TNG
import Testing

@Suite struct RateTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Examples")

  /// The pictures of the examples.
  private static var pictures: [PixelBuffer] {
    get throws {
      try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        .filter { $0.pathExtension == "png" }
        .map { try ImageReader().read([UInt8](Data(contentsOf: $0))).pixels }
    }
  }

  @Test(arguments: [5, 20, 35, 50, 63])
  func codedSizeIsWithinOnePercentOfTheProbabilities(level: Int) throws {
    let model = ModelLibrary.psnr
    let execution = Execution(threads: 2)
    var (bits, bytes) = (0.0, 0)
    for pixels in try Self.pictures {
      let latents = Analysis(model: model, execution: execution).latents(of: pixels, level: level)
      let encoder = LatentEncoder(
        model: model, execution: execution, quantization: .rateDistortionOptimized)
      let stream = encoder.encode(latents).stream
      bits += stream.operations.reduce(0) { $0 + 12 - log2(Double($1.frequency)) }
      bytes += stream.finish().count
    }
    #expect(bits > 0 && Double(8 * bytes) < 1.01 * bits)
  }
}
