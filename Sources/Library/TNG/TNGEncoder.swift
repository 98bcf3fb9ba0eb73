import Codec
import Container
import PictureMetrics
package import Neural
import Pixels

/// Encodes pictures as `.tng` files.
///
///     let encoder = TNGEncoder(options: .init(target: .quality(Quality(percent: 60)), threads: 2))
///     let file = try encoder.encode(Picture(pixels: pixels))
///
/// The file depends on the picture, the target, the tuning and the effort alone: not on the processor, nor on the number of threads.
public struct TNGEncoder: Sendable {
  /// What an encoder aims at.
  public enum Target: Sendable, Hashable {
    /// A quality level.
    case quality(Quality)
    /// The best quality whose file has at most this many bytes, metadata included.
    case bytes(Int)
    /// The lowest quality that reaches this PSNR over the colour samples, in decibels.
    case psnr(Double)
  }

  /// The settings of an encoder.
  public struct Options: Sendable, Hashable {
    /// What to aim at; by default ``Quality/standard``.
    public var target: Target
    /// What the picture is to be close by; nil for ``Tuning/psnr`` if a PSNR is the target, and otherwise ``Tuning/standard``.
    public var tuning: Tuning?
    /// How long to search for a smaller file of the same quality; by default ``Effort/standard``.
    public var effort: Effort
    /// The number of threads, at least 1. The file does not depend on it.
    public var threads: Int
    /// What to do at most for a picture; an encoder heeds ``Limits/pixels`` and ``Limits/memory``.
    public var limits: Limits

    /// Creates the settings.
    public init(
      target: Target = .quality(.standard), tuning: Tuning? = nil, effort: Effort = .standard,
      threads: Int = 1, limits: Limits = Limits()
    ) {
      self.target = target
      self.tuning = tuning
      self.effort = effort
      self.threads = threads
      self.limits = limits
    }

    var chosenTuning: Tuning {
      if let tuning { return tuning }
      if case .psnr = target { return .psnr }
      return .standard
    }
  }

  /// The settings.
  public var options: Options
  private let kernels: Kernels
  private let workspace = Workspace()

  /// Creates an encoder. It keeps up to 32 MiB of memory from one picture for the next; any number of threads may use it at once.
  public init(options: Options = Options()) {
    self.init(options: options, kernels: .selected)
  }

  package init(options: Options, kernels: Kernels) {
    self.options = options
    self.kernels = kernels
  }

  /// Encodes a picture.
  ///
  /// - Returns: the bytes of a `.tng` file.
  /// - Throws: ``TNGError/limitExceeded(_:_:)`` if a side is longer than 2^24 − 1 pixels or a limit is exceeded,
  ///   ``TNGError/targetNotReachable(_:)`` if no quality level meets the target.
  public func encode(_ picture: Picture) throws(TNGError) -> [UInt8] {
    let model = ModelLibrary.model(for: options.chosenTuning)
    return try execution(for: picture.pixels, model).withWorkers { execution throws(TNGError) in
      let attempt = EncodingAttempt(
        picture: picture, model: model, quantization: options.quantization,
        execution: execution)
      switch options.target {
      case .quality(let quality): return attempt.encode(quality.level)
      case .bytes(let limit): return try attempt.encode(largestUnder: limit)
      case .psnr(let decibels): return try attempt.encode(smallestReaching: decibels)
      }
    }
  }
}

extension TNGEncoder {
  /// What encodes a picture within the limits.
  private func execution(
    for pixels: PixelBuffer, _ model: Model
  ) throws(TNGError) -> Execution {
    try options.limits.check(width: pixels.width, height: pixels.height)
    let execution = Execution(kernels: kernels, threads: options.threads, workspace: workspace)
    let header = FileHeader(of: pixels, model: model, level: 0)
    let encoder = PictureEncoder(
      model: model, execution: execution, quantization: options.quantization)
    var need = encoder.memory(for: header)
    if case .psnr = options.target {
      // Then it decodes as well, to see what it has reached.
      need += PictureDecoder(model: model, execution: execution).memory(for: header)
    }
    return try options.limits.restrict(execution, for: "Encoding", needing: need)
  }
}

extension TNGEncoder.Options {
  fileprivate var quantization: Quantization {
    guard effort.passes > 0 else { return .rateDistortionOptimized }
    let tuning = chosenTuning
    return .refined(
      Refinement(
        gradient: ModelLibrary.gradient(for: tuning), passes: effort.passes,
        distortion: tuning.distortion))
  }
}

extension FileHeader {
  fileprivate init(of pixels: PixelBuffer, model: Model, level: Int) {
    self.init(
      isGray: pixels.format.isGray, hasAlpha: pixels.format.hasAlpha, width: pixels.width,
      height: pixels.height, modelID: model.id, level: UInt8(level))
  }
}

/// Encodes one picture at one level after another.
private struct EncodingAttempt {
  let picture: Picture
  let model: Model
  let quantization: Quantization
  let execution: Execution
  private let sideChunks: [(type: ChunkType, payload: [UInt8])]

  init(picture: Picture, model: Model, quantization: Quantization, execution: Execution) {
    self.picture = picture
    self.model = model
    self.quantization = quantization
    self.execution = execution
    let metadata = picture.metadata
    var chunks: [(ChunkType, [UInt8]?)] = [
      (.iccProfile, metadata.iccProfile), (.exif, metadata.exif), (.xmp, metadata.xmp),
    ]
    if let alpha = picture.pixels.alphaPlane {
      let grid = TileGrid(width: picture.pixels.width, height: picture.pixels.height)
      chunks.append(
        (.alpha, TileStreams.write(AlphaTiles(grid: grid, execution: execution).encode(alpha))))
    }
    sideChunks = chunks.compactMap { type, payload in payload.map { (type, $0) } }
  }

  private func header(_ level: Int) -> FileHeader {
    FileHeader(of: picture.pixels, model: model, level: level)
  }

  private func latents(_ level: Int) -> PictureEncoder.Latents {
    PictureEncoder(model: model, execution: execution, quantization: quantization)
      .encode(picture.pixels, level: level)
  }

  private func file(_ latents: borrowing PictureEncoder.Latents, _ level: Int) -> [UInt8] {
    let payload = TileStreams.write(latents.streams)
    return ContainerFile.write(
      header: header(level), chunks: sideChunks + [(type: .latents, payload: payload)])
  }

  /// The file of a level.
  func encode(_ level: Int) -> [UInt8] { file(latents(level), level) }

  /// The file of the highest level that has at most `limit` bytes.
  func encode(largestUnder limit: Int) throws(TNGError) -> [UInt8] {
    var best: [UInt8]?
    var smallest = Int.max
    var levels = 0..<64
    while !levels.isEmpty {
      let level = (levels.lowerBound + levels.upperBound) / 2
      let file = encode(level)
      smallest = min(smallest, file.count)
      if file.count <= limit {
        best = file
        levels = level + 1..<levels.upperBound
      } else {
        levels = levels.lowerBound..<level
      }
    }
    guard let best else {
      throw .targetNotReachable("the smallest file has \(smallest) bytes, more than \(limit)")
    }
    return best
  }

  /// The file of the lowest level that reaches a PSNR.
  func encode(smallestReaching decibels: Double) throws(TNGError) -> [UInt8] {
    var best: [UInt8]?
    var highest = 0.0
    var levels = 0..<64
    while !levels.isEmpty {
      let level = (levels.lowerBound + levels.upperBound) / 2
      let latents = latents(level)
      let file = file(latents, level)
      let reached = psnr(of: latents, level)
      highest = max(highest, reached)
      if reached >= decibels {
        best = file
        levels = levels.lowerBound..<level
      } else {
        levels = level + 1..<levels.upperBound
      }
    }
    guard let best else {
      throw .targetNotReachable(
        "the highest PSNR is \((highest * 100).rounded() / 100) dB, less than \(decibels) dB")
    }
    return best
  }

  private func psnr(of latents: consuming PictureEncoder.Latents, _ level: Int) -> Double {
    let decoded = PictureDecoder(model: model, execution: execution).reconstruct(
      latents.takeDecoded(), header: header(level), alpha: nil)
    return (try? PictureMetrics.psnr(of: decoded, against: picture.pixels)) ?? 0
  }
}
