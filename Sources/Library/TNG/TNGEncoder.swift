package import Codec
import Container
import Models
package import Neural
import PictureMetrics
public import Pixels

/// Encodes pictures as `.tng` files.
///
///     let encoder = TNGEncoder(options: .init(target: .quality(Quality(percent: 60)), threads: 2))
///     let file = try encoder.encode(Picture(pixels: pixels))
///
/// The file depends on the picture, the target, the tuning and the effort alone: not on the
/// processor, nor on the number of threads.
public struct TNGEncoder: Sendable {
  /// What an encoder aims at.
  public enum Target: Sendable, Hashable {
    /// A quality.
    case quality(Quality)
    /// A quality level of the model, from 0 on.
    case level(Int)
    /// The best quality whose file has at most this many bytes, metadata included.
    case bytes(Int)
    /// The lowest quality that reaches this PSNR over the colour samples that are visible (see
    /// `psnr` in PictureMetrics), in decibels.
    case psnr(Double)
    /// The lowest quality that reaches this score by SSIMULACRA2, as people see it: 90 where no
    /// difference can be seen, 70 for high, 50 for medium quality. See `ssimulacra2` in
    /// PictureMetrics.
    case ssimulacra2(Double)
    /// Every sample as it is, of 1 to 16 bits, also where alpha is 0. Model, tuning and effort do
    /// not matter.
    case lossless
  }

  /// The settings of an encoder.
  public struct Options: Sendable {
    /// What to aim at; by default ``Quality/standard``.
    public var target: Target
    /// The distortion that encoding minimises; nil for ``Tuning/psnr`` if a PSNR is the target, and
    /// otherwise for ``Tuning/standard``.
    public var tuning: Tuning?
    /// The model to use, by its name, or by its id as `0x` and eight digits; nil for that of the
    /// tuning.
    public var model: String?
    /// The models to choose from.
    public var models: ModelLibrary
    /// How long to search for a smaller file of the same quality; by default ``Effort/standard``.
    public var effort: Effort
    /// Whether blocks that look like graphics may be kept as they are; by default they may.
    public var graphics: Graphics
    /// The number of threads, at least 1. The file does not depend on it.
    public var threads: Int
    /// What encoding a picture may take at most.
    public var limits: EncodingLimits
    /// By which the work can be ended early, or nil.
    public var cancellation: Cancellation?
    /// Called with the part of the work that is done, 0 … 1, while a picture is encoded by a model;
    /// from any thread, and several at once. Lossless coding, which is fast, does not call it.
    public var progress: (@Sendable (Double) -> Void)?

    /// Creates the settings.
    public init(
      target: Target = .quality(.standard), tuning: Tuning? = nil, effort: Effort = .standard,
      graphics: Graphics = .auto, threads: Int = 1, limits: EncodingLimits = EncodingLimits(),
      model: String? = nil, models: ModelLibrary = .embedded, cancellation: Cancellation? = nil,
      progress: (@Sendable (Double) -> Void)? = nil
    ) {
      self.target = target
      self.tuning = tuning
      self.model = model
      self.models = models
      self.effort = effort
      self.graphics = graphics
      self.threads = threads
      self.limits = limits
      self.cancellation = cancellation
      self.progress = progress
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
  private let quantization: Quantization?
  private let workspace = Workspace()

  /// Creates an encoder. It keeps up to 32 MiB of memory from one picture for the next; any number
  /// of threads may use it at once.
  public init(options: Options = Options()) {
    self.init(options: options, kernels: .selected)
  }

  /// - Parameter quantization: nil for that of the effort.
  package init(options: Options, kernels: Kernels, quantization: Quantization? = nil) {
    self.options = options
    self.kernels = kernels
    self.quantization = quantization
  }

  /// Encodes a picture.
  ///
  /// Unless the target is ``Target/lossless``, samples of another depth become 8 bits
  /// (``PixelBuffer/converted(toDepth:)``), and pixels with an alpha of 0 get the colours that cost
  /// least.
  ///
  /// - Returns: the bytes of a `.tng` file.
  /// - Throws: a ``TNGError`` if a side is longer than 2^24 − 1 pixels, a limit is exceeded, no
  ///   quality level meets the target, or the work was cancelled.
  public func encode(_ picture: Picture) throws(TNGError) -> [UInt8] {
    if case .lossless = options.target { return try encodeLossless(picture) }
    var picture = picture
    picture.pixels = picture.pixels.converted(toDepth: 8)
    let entry = try options.chosenModel
    let model = try entry.usableModel()
    let quantization =
      if let quantization { quantization } else { try options.quantization(by: entry) }
    try options.limits.check(width: picture.pixels.width, height: picture.pixels.height)
    picture.pixels = picture.pixels.invisiblyFilled
    let graphics =
      options.graphics == .auto ? GraphicsBlocks(picture.pixels, on: newExecution) : nil
    let execution = try execution(
      for: picture.pixels, model, quantization, hasGraphics: graphics != nil)
    return try execution.withWorkers { execution throws(TNGError) in
      let attempt = try EncodingAttempt(
        picture: picture, graphics: graphics,
        encoder: encoder(
          model, quantization, execution, progress(picture.pixels, model, quantization)),
        interruption: interruption)
      switch options.target {
      case .quality(let quality): return try attempt.encode(quality.level(of: model.properties))
      case .level(let level): return try attempt.encode(level)
      case .bytes(let limit): return try attempt.encode(largestUnder: limit)
      case .psnr(let decibels): return try attempt.encode(reachingPSNR: decibels)
      case .ssimulacra2(let score): return try attempt.encode(reachingSSIMULACRA2: score)
      case .lossless: preconditionFailure("coded without a model")
      }
    }
  }

  private func encodeLossless(_ picture: Picture) throws(TNGError) -> [UInt8] {
    let pixels = picture.pixels
    try options.limits.check(width: pixels.width, height: pixels.height)
    let colors = ExactLayer.colors(of: FileHeader(of: pixels), interruption: interruption)
    return try options.limits.restrict(newExecution, needing: colors.memory).withWorkers {
      execution throws(TNGError) in
      let assembly = try FileAssembly(picture, on: execution, interruption)
      let streams = try colors.streams(of: pixels, on: execution)
      return assembly.file(model: nil, layers: [(kind: .exact, streams: streams)])
    }
  }
}

extension TNGEncoder {
  private var newExecution: Execution {
    Execution(kernels: kernels, threads: options.threads, workspace: workspace)
  }

  private var interruption: Interruption {
    Interruption(
      tileTime: nil, now: { .zero },
      isCancelled: { [cancellation = options.cancellation] in cancellation?.isCancelled ?? false })
  }

  private func encoder(
    _ model: Model, _ quantization: Quantization, _ execution: Execution,
    _ progress: EncodingProgress? = nil
  ) -> PictureEncoder {
    var onStep: (@Sendable () -> Void)?
    if let progress { onStep = { progress.step() } }
    return PictureEncoder(
      model: model, execution: execution, quantization: quantization, interruption: interruption,
      onStep: onStep)
  }

  private func progress(
    _ pixels: PixelBuffer, _ model: Model, _ quantization: Quantization
  ) -> EncodingProgress? {
    options.progress.map { report in
      let steps = encoder(model, quantization, newExecution)
        .stepCount(width: pixels.width, height: pixels.height)
      return EncodingProgress(
        total: steps * options.target.attempts(levels: model.levelCount), report: report)
    }
  }

  /// What encodes a picture within the limit of memory.
  private func execution(
    for pixels: PixelBuffer, _ model: Model, _ quantization: Quantization, hasGraphics: Bool
  ) throws(TNGError) -> Execution {
    let execution = newExecution
    let header = FileHeader(of: pixels)
    var need = encoder(model, quantization, execution)
      .memory(for: header, level: options.target.highestLevel(of: model.properties))
    if header.hasAlpha {
      need += ExactLayer.alpha(of: header).memory
      need += MemoryNeed(ofSamples: header)
      need += MemoryNeed(
        base: PixelBuffer.fillMemory(
          width: header.width, height: header.height, format: pixels.format), worker: 0)
    }
    if hasGraphics {
      need += BlockChoice.memory(for: header, by: encoder(model, quantization, execution))
    }
    switch options.target {
    case .quality, .level, .bytes, .lossless: break
    // For these it decodes as well, to see what it has reached.
    case .psnr:
      need += NeuralDecoder(model: model, execution: execution).memory(for: header)
      need += MemoryNeed(ofSamples: header)
    case .ssimulacra2:
      need += NeuralDecoder(model: model, execution: execution).memory(for: header)
      need += MemoryNeed(ofSamples: header)
      let (base, worker) = ssimulacra2Memory(width: pixels.width, height: pixels.height)
      need += MemoryNeed(base: base, worker: worker)
    }
    return try options.limits.restrict(execution, needing: need)
  }
}

extension TNGEncoder.Target {
  /// The highest level that may be needed.
  fileprivate func highestLevel(of model: ModelProperties) -> Int {
    let last = model.levelCount - 1
    return switch self {
    case .quality(let quality): quality.level(of: model)
    case .level(let level): min(max(level, 0), last)
    case .bytes, .psnr, .ssimulacra2, .lossless: last
    }
  }
}

extension TNGEncoder.Options {
  /// The model that was asked for.
  fileprivate var chosenModel: ModelEntry {
    get throws(TNGError) {
      let (name, registry) = (model ?? chosenTuning.rawValue, models.registry)
      let id = name.hasPrefix("0x") ? UInt32(name.dropFirst(2), radix: 16) : nil
      guard let entry = registry.offered(named: name) ?? id.flatMap({ registry.entry(id: $0) })
      else { throw TNGError(.noSuchModel) }
      return entry
    }
  }

  fileprivate func quantization(by entry: ModelEntry) throws(TNGError) -> Quantization {
    guard effort.passes > 0 else { return .rateDistortionOptimized }
    return .refined(
      Refinement(
        of: try entry.usableModel(), gradient: try entry.usableGradient(), passes: effort.passes))
  }
}
