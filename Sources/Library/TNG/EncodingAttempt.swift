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
  private let metadata: [(type: ChunkType, payload: [UInt8])]
  /// The layers that are the same at all levels.
  private let exactLayers: [(kind: LayerKind, streams: [[UInt8]])]

  init(picture: Picture, encoder: PictureEncoder, interruption: Interruption) {
    self.picture = picture
    self.encoder = encoder
    self.interruption = interruption
    let chunks: [(ChunkType, [UInt8]?)] = [
      (.iccProfile, picture.metadata.iccProfile), (.exif, picture.metadata.exif),
      (.xmp, picture.metadata.xmp),
    ]
    metadata = chunks.compactMap { type, payload in payload.map { (type, $0) } }
    exactLayers = encoder.encodeExactLayers(of: picture.pixels)
  }

  private func latents(_ level: Int) throws(TNGError) -> PictureEncoder.Latents {
    do throws(CodecError) {
      return try encoder.encode(picture.pixels, level: level)
    } catch {
      throw TNGError(error)
    }
  }

  private func file(_ latents: borrowing PictureEncoder.Latents, _ level: Int) -> [UInt8] {
    let layers = exactLayers + [(kind: .latents, streams: latents.streams)]
    return ContainerFile.write(
      header: FileHeader(of: picture.pixels), chunks: metadata,
      frame: FrameHeader(
        layers: layers.map(\.kind), modelID: encoder.model.id, level: UInt8(level)),
      layers: layers.map(\.streams))
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
    let decoder = PictureDecoder(
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
