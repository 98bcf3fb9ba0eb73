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

  /// What chooses the exact blocks; nil for a photograph.
  private let choice: BlockChoice?
  private let exactLayer: ExactLayer

  /// - Parameters:
  ///   - picture: a picture of 8 bits, filled where it is invisible.
  ///   - graphics: the blocks that may be exact; nil if none may.
  init(
    picture: Picture, graphics: GraphicsBlocks?, encoder: PictureEncoder,
    interruption: Interruption
  ) throws(TNGError) {
    self.picture = picture
    self.encoder = encoder
    self.interruption = interruption
    assembly = try FileAssembly(picture, on: encoder.execution, interruption)
    let exactLayer = ExactLayer.colors(of: assembly.header, interruption: interruption)
    self.exactLayer = exactLayer
    choice = graphics.map { BlockChoice(picture.pixels, graphics: $0, layer: exactLayer) }
  }

  /// The colours at a level.
  private func colors(_ level: Int) throws(TNGError) -> CodedColors {
    do throws(CodecError) {
      guard let choice = try choice?.choice(at: level, by: encoder), choice.blocks.exactCount > 0
      else { return CodedColors(latents: try encoder.encode(picture.pixels, level: level)) }
      let blocks = choice.blocks
      let exact = try exactLayer.encode(choice.pixels, blocks: blocks, on: encoder.execution)
      guard !blocks.isAllExact else {
        // Where colours are not as they were, a layer of nothing tells the level.
        let nothing = [[UInt8]](repeating: [], count: exact.count)
        return CodedColors(
          choice, exact: exact, latentStreams: choice.pixels == picture.pixels ? nil : nothing)
      }
      let latents = try encoder.encode(picture.pixels, beside: blocks, level: level)
      return CodedColors(choice, exact: exact, latents: latents)
    } catch {
      throw TNGError(error)
    }
  }

  /// The colours without loss.
  private func exactColors() throws(TNGError) -> CodedColors {
    let streams = try exactLayer.streams(of: picture.pixels, on: encoder.execution)
    return CodedColors(exact: streams)
  }

  private func file(_ colors: borrowing CodedColors, _ level: Int) -> [UInt8] {
    var layers: [(kind: LayerKind, streams: [[UInt8]])] = []
    if let exact = colors.exact { layers.append((.exact, exact)) }
    guard let latents = colors.latentStreams else {
      return assembly.file(model: nil, layers: layers)
    }
    return assembly.file(
      model: (encoder.model.id, level), layers: layers + [(kind: .latents, streams: latents)])
  }

  /// The file of a level.
  func encode(_ level: Int) throws(TNGError) -> [UInt8] {
    guard (0..<encoder.model.levelCount).contains(level) else {
      throw TNGError(.levelOutOfRange, value: UInt64(max(level, 0)))
    }
    return try file(colors(level), level)
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
    if choice != nil, levels.lowerBound == encoder.model.levelCount {
      let lossless = try file(exactColors(), 0)
      if lossless.count <= limit { return lossless }
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

  /// The file of the lowest level whose decoded picture is good enough, or of a picture with
  /// graphics the one without loss; nil if none is. Higher levels count as better.
  private func encodeLowest(
    where isGoodEnough: (PixelBuffer) -> Bool
  ) throws(TNGError) -> [UInt8]? {
    var best: [UInt8]?
    var levels = 0..<encoder.model.levelCount
    while !levels.isEmpty {
      let level = (levels.lowerBound + levels.upperBound) / 2
      let colors = try colors(level)
      let file = file(colors, level)
      if isGoodEnough(try decoded(colors, level)) {
        best = file
        levels = levels.lowerBound..<level
      } else {
        levels = level + 1..<levels.upperBound
      }
    }
    guard best == nil, choice != nil, isGoodEnough(picture.pixels) else { return best }
    return try file(exactColors(), 0)
  }

  /// What a decoder makes of the colours.
  private func decoded(
    _ colors: consuming CodedColors, _ level: Int
  ) throws(TNGError) -> PixelBuffer {
    let (source, choice) = (picture.pixels, colors.choice)
    guard let decoded = colors.takeDecodedLatents() else { return choice?.pixels ?? source }
    let decoder = NeuralDecoder(
      model: encoder.model, execution: encoder.execution, interruption: interruption)
    do throws(CodecError) {
      return try PixelBuffer(width: source.width, height: source.height, format: source.format) {
        sink throws(CodecError) in
        try decoder.reconstruct(
          decoded, level: level, isGray: source.format.isGray, fillsAlpha: true, to: sink)
        if let choice { sink.copy(choice.blocks, of: choice.pixels) }
      }
    } catch {
      throw TNGError(error)
    }
  }
}

/// The colours of a picture, coded.
private struct CodedColors: ~Copyable {
  /// What is exact of them.
  let choice: BlockChoice.Choice?
  /// The streams of exact blocks.
  let exact: [[UInt8]]?
  let latentStreams: [[UInt8]]?
  /// The latents as a decoder will have them.
  private let decoded: Tensor?

  init(
    _ choice: BlockChoice.Choice? = nil, exact: [[UInt8]]?, latentStreams: [[UInt8]]? = nil
  ) {
    self.choice = choice
    self.exact = exact
    self.latentStreams = latentStreams
    decoded = nil
  }

  init(
    _ choice: BlockChoice.Choice? = nil, exact: [[UInt8]]? = nil,
    latents: consuming PictureEncoder.Latents
  ) {
    self.choice = choice
    self.exact = exact
    latentStreams = latents.streams
    decoded = latents.takeDecoded()
  }

  consuming func takeDecodedLatents() -> Tensor? { decoded }
}

extension TNGError {
  /// No quality reaches a goal; both numbers are given in hundredths, from 0 on.
  fileprivate init(_ code: Code, reached: Double, goal: Double) {
    // A NaN is a 0 here.
    let hundredths = [reached, goal].map { UInt64(min(max(0, $0), 1e9) * 100) }
    self.init(code, value: hundredths[0], bound: hundredths[1])
  }
}
