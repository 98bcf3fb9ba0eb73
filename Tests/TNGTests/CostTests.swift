import Foundation
import Models
import Neural
import TNG
import Testing

@Suite struct CostTests {
  @Test func theReadmeTellsTheMultiplyAddsOfDecoding() throws {
    let standard = multiplyAddsOfDecoding(by: ModelLibrary.perceptual)
    let forPSNR = multiplyAddsOfDecoding(by: ModelLibrary.psnr)
    let root = URL(filePath: #filePath).appending(path: "../../..").standardized
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let sentence = "\(standard) multiply-adds a pixel to decode, \(forPSNR) with `--tune psnr`"
    #expect(readme.contains(sentence))
  }

  /// The mean over all pixels, with a comma after the thousands.
  private func multiplyAddsOfDecoding(by model: Model) -> String {
    // 16 × 16 latent positions are 4 × 4 hyper latent positions and 256 × 256 pixels.
    let multiplyAdds = model.decodingMultiplyAdds(positions: 16 * 16)
    return (multiplyAdds / (256 * 256)).formatted(.number.locale(Locale(identifier: "en_US")))
  }
}
