import Codec
import Container
package import Neural
import PictureMetrics
public import Pixels

/// Encodes pictures as `.tng` files.
///
///     let encoder = TNGEncoder(options: .init(target: .quality(Quality(percent: 60)), threads: 2))
///     let file = try encoder.encode(Picture(pixels: pixels))
///
/// The file depends on the picture, the target, the tuning and the effort alone: not on the processor, nor on the number of threads.
public struct TNGEncoder: Sendable {
  /// What an encoder aims at.
  public enum Target: Sendable, Hashable {
    /// A quality.
    case quality(Quality)
    /// A quality level of the model, from 0 on.
    case level(Int)
    /// The best quality whose file has at most this many bytes, metadata included.
    case bytes(Int)
    /// The lowest quality that reaches this PSNR over the colour samples, in decibels.
    case psnr(Double)
    /// The lowest quality that reaches this score by SSIMULACRA2, as people see it: 90 where no
    /// difference can be seen, 70 for high, 50 for medium quality. See `ssimulacra2` in PictureMetrics.
    case ssimulacra2(Double)
  }

  /// The settings of an encoder.
  public struct Options: Sendable {
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
    /// By which the work can be ended early, or nil.
    public var cancellation: Cancellation?

    /// Creates the settings.
    public init(
      target: Target = .quality(.standard), tuning: Tuning? = nil, effort: Effort = .standard,
      threads: Int = 1, limits: Limits = Limits(), cancellation: Cancellation? = nil
    ) {
      self.target = target
      self.tuning = tuning
      self.effort = effort
      self.threads = threads
      self.limits = limits
      self.cancellation = cancellation
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
  /// - Throws: a ``TNGError`` if a side is longer than 2^24 − 1 pixels, a limit is exceeded, no quality
  ///   level meets the target, or the work was cancelled.
  public func encode(_ picture: Picture) throws(TNGError) -> [UInt8] {
    let model = ModelLibrary.model(for: options.chosenTuning)
    return try execution(for: picture.pixels, model).withWorkers { execution throws(TNGError) in
      let attempt = EncodingAttempt(
        picture: picture, encoder: encoder(model, execution), interruption: interruption)
      switch options.target {
      case .quality(let quality): return try attempt.encode(quality.level(of: model.levelCount))
      case .level(let level): return try attempt.encode(level)
      case .bytes(let limit): return try attempt.encode(largestUnder: limit)
      case .psnr(let decibels): return try attempt.encode(reachingPSNR: decibels)
      case .ssimulacra2(let score): return try attempt.encode(reachingSSIMULACRA2: score)
      }
    }
  }
}

extension TNGEncoder {
  private var interruption: Interruption {
    Interruption(
      tileTime: nil, now: { .zero },
      isCancelled: { [cancellation = options.cancellation] in cancellation?.isCancelled ?? false })
  }

  private func encoder(_ model: Model, _ execution: Execution) -> PictureEncoder {
    PictureEncoder(
      model: model, execution: execution, quantization: options.quantization,
      interruption: interruption)
  }

  /// What encodes a picture within the limits.
  private func execution(
    for pixels: PixelBuffer, _ model: Model
  ) throws(TNGError) -> Execution {
    try options.limits.check(width: pixels.width, height: pixels.height)
    let execution = Execution(kernels: kernels, threads: options.threads, workspace: workspace)
    let header = FileHeader(of: pixels)
    var need = encoder(model, execution).memory(for: header)
    switch options.target {
    case .quality, .level, .bytes: break
    // For these it decodes as well, to see what it has reached.
    case .psnr:
      need += PictureDecoder(model: model, execution: execution).memory(for: header)
    case .ssimulacra2:
      need += PictureDecoder(model: model, execution: execution).memory(for: header)
      let (base, worker) = ssimulacra2Memory(width: pixels.width, height: pixels.height)
      need += MemoryNeed(base: base, worker: worker)
    }
    return try options.limits.restrict(execution, needing: need)
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
  init(of pixels: PixelBuffer) {
    self.init(
      isGray: pixels.format.isGray, hasAlpha: pixels.format.hasAlpha, width: pixels.width,
      height: pixels.height)
  }
}
