import CTNGHeader
import TNG

/// More threads than any machine has, and few enough to start.
private let maximumThreads: Int32 = 1024

/// Checks a number of threads.
func threadCount(_ threads: Int32) throws(Failure) -> Int {
  guard (1...maximumThreads).contains(threads) else {
    throw .argument("options.threads is not 1 to \(maximumThreads)")
  }
  return Int(threads)
}

extension Cancellation {
  /// Nil if there is no callback.
  fileprivate convenience init?(
    asking isCancelled: tng_is_cancelled?, with context: UnsafeMutableRawPointer?
  ) {
    guard let isCancelled else { return nil }
    // SAFETY: the header says that many threads call it at once.
    nonisolated(unsafe) let context = context
    self.init(asking: { isCancelled(context) })
  }
}

extension TNGEncoder.Options {
  init(_ options: tng_encoder_options) throws(Failure) {
    guard let effort = Effort(level: Int(options.effort)) else {
      throw .argument("options.effort is not 0 to 9")
    }
    self.init(
      target: try TNGEncoder.Target(options), tuning: try Tuning(options.tuning), effort: effort,
      graphics: try Graphics(options.graphics), threads: try threadCount(options.threads),
      limits: EncodingLimits(
        pixels: Int(clamping: options.max_pixels), memory: Int(clamping: options.max_memory)),
      cancellation: Cancellation(asking: options.is_cancelled, with: options.cancel_context))
  }
}

extension TNGEncoder.Target {
  fileprivate init(_ options: tng_encoder_options) throws(Failure) {
    let value = options.value
    switch options.target {
    case TNG_TARGET_QUALITY:
      guard let quality = Quality(percent: value) else {
        throw .argument("options.value is not a quality, 0 to 100")
      }
      self = .quality(quality)
    case TNG_TARGET_LOSSLESS: self = .lossless
    case TNG_TARGET_BYTES: self = .bytes(try wholeNumber(value))
    case TNG_TARGET_PSNR: self = .psnr(try finite(value))
    case TNG_TARGET_SSIMULACRA2: self = .ssimulacra2(try finite(value))
    case TNG_TARGET_LEVEL: self = .level(try wholeNumber(value))
    default: throw .argument("options.target is none of tng_target")
    }
  }
}

private func finite(_ value: Double) throws(Failure) -> Double {
  guard value.isFinite else { throw .argument("options.value is not a finite number") }
  return value
}

private func wholeNumber(_ value: Double) throws(Failure) -> Int {
  guard let number = Int(exactly: value), number >= 0 else {
    throw .argument("options.value is not a whole number from 0 on")
  }
  return number
}

extension Tuning {
  /// Nil for the default.
  fileprivate init?(_ tuning: tng_tuning) throws(Failure) {
    switch tuning {
    case TNG_TUNING_DEFAULT: return nil
    case TNG_TUNING_PSNR: self = .psnr
    case TNG_TUNING_PERCEPTUAL: self = .perceptual
    default: throw .argument("options.tuning is none of tng_tuning")
    }
  }
}

extension Graphics {
  fileprivate init(_ graphics: tng_graphics) throws(Failure) {
    switch graphics {
    case TNG_GRAPHICS_AUTO: self = .auto
    case TNG_GRAPHICS_NEVER: self = .never
    default: throw .argument("options.graphics is none of tng_graphics")
    }
  }
}

extension TNGDecoder.Options {
  init(_ options: tng_decoder_options) throws(Failure) {
    let seconds = options.max_tile_seconds
    guard (0...1e9).contains(seconds) else {
      throw .argument("options.max_tile_seconds is not 0 to 1e9")
    }
    self.init(
      threads: try threadCount(options.threads),
      limits: Limits(
        pixels: Int(clamping: options.max_pixels), memory: Int(clamping: options.max_memory),
        metadata: Int(clamping: options.max_metadata), chunks: Int(clamping: options.max_chunks),
        tileTime: seconds > 0 ? .seconds(seconds) : nil),
      cancellation: Cancellation(asking: options.is_cancelled, with: options.cancel_context))
  }
}

extension tng_encoder_options {
  /// The defaults of the Swift library.
  static var standard: tng_encoder_options {
    let defaults = TNGEncoder.Options()
    var options = tng_encoder_options()
    options.target = TNG_TARGET_QUALITY
    options.value = Quality.standard.percent
    options.effort = Int32(defaults.effort.level)
    options.threads = Int32(defaults.threads)
    options.max_pixels = UInt64(defaults.limits.pixels)
    options.max_memory = UInt64(defaults.limits.memory)
    return options
  }
}

extension tng_decoder_options {
  /// The defaults of the Swift library.
  static var standard: tng_decoder_options {
    let defaults = TNGDecoder.Options()
    var options = tng_decoder_options()
    options.threads = Int32(defaults.threads)
    options.max_pixels = UInt64(defaults.limits.pixels)
    options.max_memory = UInt64(defaults.limits.memory)
    options.max_metadata = UInt64(defaults.limits.metadata)
    options.max_chunks = UInt64(defaults.limits.chunks)
    return options
  }
}
