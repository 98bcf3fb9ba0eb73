import Codec
import Container
import Models
import Neural
import PictureMetrics
import Pixels

/// Encodes one picture at one level after another.
struct EncodingAttempt {
  private let picture: Picture
  /// The picture's pixels, with colours that cost least where it is invisible.
  private let coded: PixelBuffer
  private let encoder: PictureEncoder
  private let interruption: Interruption
  private let assembly: FileAssembly

  init(
    picture: Picture, encoder: PictureEncoder, interruption: Interruption
  ) throws(TNGError) {
    self.picture = picture
    coded = picture.pixels.invisiblyFilled
    self.encoder = encoder
    self.interruption = interruption
    assembly = try FileAssembly(picture, on: encoder.execution, interruption)
  }

  private func latents(_ level: Int) throws(TNGError) -> PictureEncoder.Latents {
    do throws(CodecError) {
      return try encoder.encode(coded, level: level)
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

  /// The file of the lowest level whose picture reaches a PSNR.
  func encode(reachingPSNR decibels: Double) throws(TNGError) -> [UInt8] {
    // In integers: a logarithm's last digit must not decide which file it is.
    let largest = SquaredErrors.largestSum(psnr: decibels, of: picture.pixels)
    var highest = 0.0
    let file = try encodeLowest { decoded in
      let errors = SquaredErrors(of: decoded, against: picture.pixels)
      highest = max(highest, errors.psnr)
      return errors.sum <= largest
    }
    guard let file else { throw TNGError(.psnrNotReachable, reached: highest, goal: decibels) }
    return file
  }

  /// The file of the lowest level whose picture reaches a score by SSIMULACRA2.
  func encode(reachingSSIMULACRA2 score: Double) throws(TNGError) -> [UInt8] {
    var highest = -Double.infinity
    let file = try encodeLowest { decoded in
      let reached = ssimulacra2(of: decoded, against: picture.pixels, encoder.execution)
      highest = max(highest, reached)
      return reached >= score
    }
    guard let file else { throw TNGError(.ssimulacra2NotReachable, reached: highest, goal: score) }
    return file
  }

  /// The file of the lowest level whose decoded picture is good enough; nil if none is. Higher
  /// levels count as better.
  private func encodeLowest(
    where isGoodEnough: (PixelBuffer) -> Bool
  ) throws(TNGError) -> [UInt8]? {
    var best: [UInt8]?
    var levels = 0..<encoder.model.levelCount
    while !levels.isEmpty {
      let level = (levels.lowerBound + levels.upperBound) / 2
      let latents = try latents(level)
      let file = file(latents, level)
      if isGoodEnough(try decoded(latents, level)) {
        best = file
        levels = levels.lowerBound..<level
      } else {
        levels = level + 1..<levels.upperBound
      }
    }
    return best
  }

  /// What a decoder makes of the latents.
  private func decoded(
    _ latents: consuming PictureEncoder.Latents, _ level: Int
  ) throws(TNGError) -> PixelBuffer {
    let source = picture.pixels
    let decoder = NeuralDecoder(
      model: encoder.model, execution: encoder.execution, interruption: interruption)
    let decoded = latents.takeDecoded()
    do throws(CodecError) {
      return try PixelBuffer(width: source.width, height: source.height, format: source.format) {
        sink throws(CodecError) in
        try decoder.reconstruct(
          decoded, level: level, isGray: source.format.isGray, fillsAlpha: true, to: sink)
      }
    } catch {
      throw TNGError(error)
    }
  }
}

extension TNGError {
  /// No quality reaches a goal; both numbers are given in hundredths, from 0 on.
  fileprivate init(_ code: Code, reached: Double, goal: Double) {
    // A NaN is a 0 here.
    let hundredths = [reached, goal].map { UInt64(min(max(0, $0), 1e9) * 100) }
    self.init(code, value: hundredths[0], bound: hundredths[1])
  }
}
