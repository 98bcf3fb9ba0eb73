@testable import Codec
import Models
import Neural
import PictureMetrics
import Pixels
import TNG
import TestSupport
import Testing

@Suite struct FeedbackTests {
  private let model = ModelLibrary.perceptual
  private let execution = Execution(threads: 2)

  private func shown(_ latents: borrowing Tensor, _ level: Int) throws -> PixelBuffer {
    try PixelBuffer(width: 96, height: 80, format: .rgb) { sink throws(CodecError) in
      try Synthesis(model: model, execution: execution)
        .write(latents, level: level, isGray: false, fillsAlpha: false, to: sink)
    }
  }

  /// The latents that were never rounded show more of the picture.
  @Test func latentsShowMore() throws {
    let (pixels, level) = (testPicture(width: 96, height: 80).pixels, model.levelCount - 1)
    let latents = Analysis(model: model, execution: execution).latents(of: pixels, level: level)
    let before = SquaredErrors(of: try shown(latents, level), against: pixels).sum
    let feedback = try #require(
      Feedback(model: model, level: level, execution: execution, interruption: nil))
    try feedback.improve(latents, of: pixels, level: level)
    let after = SquaredErrors(of: try shown(latents, level), against: pixels).sum
    #expect(Double(after) < 0.9 * Double(before))
  }

  @Test func itIsForHighLevelsOfPerceptualModelsAlone() {
    let used = (0..<model.levelCount).filter { Feedback.isUsed(model, level: $0) }
    #expect(used.last == model.levelCount - 1 && used.count < model.levelCount / 4)
    #expect(used.allSatisfy { model.properties.lambdas[$0] >= 1 << 24 / 4 })
    let other = ModelLibrary.psnr
    #expect(!(0..<other.levelCount).contains { Feedback.isUsed(other, level: $0) })
  }
}
