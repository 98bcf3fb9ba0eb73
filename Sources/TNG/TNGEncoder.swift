public import Pixels

/// Encodes pictures as `.tng` files.
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
    /// The number of threads, at least 1. The file does not depend on it.
    public var threads: Int

    /// Creates the settings.
    public init(target: Target = .quality(.standard), threads: Int = 1) {
      self.target = target
      self.threads = threads
    }
  }

  /// The settings.
  public var options: Options

  /// Creates an encoder.
  public init(options: Options = Options()) {
    self.options = options
  }

  /// Encodes a picture.
  public func encode(_ picture: Picture) throws(TNGError) -> [UInt8] {
    throw .unsupported("encoding is not built yet")
  }
}
