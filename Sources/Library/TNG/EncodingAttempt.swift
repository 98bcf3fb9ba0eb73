import Codec
import Container
import Models
import Neural
import PictureMetrics
import Pixels

/// Encodes one picture at one level after another.
struct EncodingAttempt {
  private let picture: Picture
  private let encoder: PictureEncoder
  private let interruption: Interruption
  private let assembly: FileAssembly

  init(
    picture: Picture, encoder: PictureEncoder, interruption: Interruption
  ) throws(TNGError) {
    self.picture = picture
    self.encoder = encoder
    self.interruption = interruption
    assembly = try FileAssembly(picture, on: encoder.execution, interruption)
  }

  private func latents(_ level: Int) throws(TNGError) -> PictureEncoder.Latents {
    do throws(CodecError) {
      return try encoder.encode(picture.pixels, level: level)
    } catch {
      throw TNGError(error)
    }
  }

  private func file(_ latents: borrowing PictureEncoder.Latents, _ level: Int) -> [UInt8] {
    assembly.file(
      model: (encoder.model.id, level), layers: [(kind: .latents, streams: latents.streams)])
  }

  /// The file of a level.
  func encode(_ level: Int) throws(TNGError) -> [UInt8] {
    guard (0..<encoder.model.levelCount).contains(level) else {
      throw TNGError(.levelOutOfRange, value: UInt64(max(level, 0)))
    }
    return try file(latents(level), level)
  }

  /// The file of the highest level that has at most `limit` bytes.
  func encode(largestUnder limit: Int) throws(TNGError) -> [UInt8] {
    var best: [UInt8]?
    var smallest = Int.max
    var levels = 0..<encoder.model.levelCount
    while !levels.isEmpty {
      let level = (levels.lowerBound + levels.upperBound) / 2
      let file = try encode(level)
      smallest = min(smallest, file.count)
      if file.count <= limit {
        best = file
        levels = level + 1..<levels.upperBound
      } else {
        levels = levels.lowerBound..<level
      }
    }
    guard let best else {
      throw TNGError(.sizeNotReachable, value: UInt64(smallest), bound: UInt64(max(limit, 0)))
    }
    return best
  }

  /// The file of the lowest level that reaches a PSNR.
  func encode(smallestReaching decibels: Double) throws(TNGError) -> [UInt8] {
    var best: [UInt8]?
    var highest = 0.0
    var levels = 0..<encoder.model.levelCount
    while !levels.isEmpty {
      let level = (levels.lowerBound + levels.upperBound) / 2
      let latents = try latents(level)
      let file = file(latents, level)
      let reached = try psnr(of: latents, level)
      highest = max(highest, reached)
      if reached >= decibels {
        best = file
        levels = levels.lowerBound..<level
      } else {
        levels = level + 1..<levels.upperBound
      }
    }
    guard let best else {
      throw TNGError(
        .psnrNotReachable, value: UInt64(highest * 100), bound: UInt64(max(decibels, 0) * 100))
    }
    return best
  }

  private func psnr(of latents: consuming PictureEncoder.Latents, _ level: Int) throws(TNGError)
    -> Double
  {
    let source = picture.pixels
    let decoder = NeuralDecoder(
      model: encoder.model, execution: encoder.execution, interruption: interruption)
    let decoded = latents.takeDecoded()
    let result: PixelBuffer
    do throws(CodecError) {
      result = try PixelBuffer(width: source.width, height: source.height, format: source.format) {
        sink throws(CodecError) in
        try decoder.reconstruct(
          decoded, level: level, isGray: source.format.isGray, fillsAlpha: true, to: sink)
      }
    } catch {
      throw TNGError(error)
    }
    return (try? PictureMetrics.psnr(of: result, against: source)) ?? 0
  }
}
