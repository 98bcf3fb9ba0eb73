import Container
import Models
import Neural
import Pixels

/// What a picture's latents gain when the encoder looks at what they show: with the analysis A, the
/// synthesis S and y = A(x), the latents y + A(x) − A(S(y)) show more of the picture x than y does.
///
/// That pays at high levels alone (Documentation/Decisions/0012-transform-loss.md).
struct Feedback {
  private let model: Model
  private let execution: Execution
  private let interruption: Interruption?

  /// 0.3 in the units of ``ModelProperties/lambdas``.
  private static let leastLambda = UInt32(0.3 * 16_777_216)

  /// Nil where it does not pay.
  init?(model: Model, level: Int, execution: Execution, interruption: Interruption?) {
    guard Self.isUsed(model, level: level) else { return nil }
    self.model = model
    self.execution = execution
    self.interruption = interruption
  }

  static func isUsed(_ model: Model, level: Int) -> Bool {
    let properties = model.properties
    return properties.objective == .perceptual && properties.lambdas[level] >= leastLambda
  }

  /// Adds to the latents of a picture what the synthesis does not show of them.
  func improve(
    _ latents: borrowing Tensor, of pixels: PixelBuffer, level: Int
  ) throws(CodecError) {
    let format: PixelFormat = pixels.format.isGray ? .gray : .rgb
    let shown = try PixelBuffer(width: pixels.width, height: pixels.height, format: format) {
      sink throws(CodecError) in
      try Synthesis(model: model, execution: execution, interruption: interruption).write(
        latents, level: level, isGray: format.isGray, fillsAlpha: false, to: sink)
    }
    let seen = Analysis(model: model, execution: execution).latents(of: shown, level: level)
    execution.parallelFor(latents.rows) { row, _ in
      let (to, seen) = (latents.row(row), seen.row(row))
      for index in 0..<latents.rowStride {
        to[index] = Int16(clamping: 2 * Int(to[index]) - Int(seen[index]))
      }
    }
  }

}
