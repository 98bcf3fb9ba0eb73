/// What a decoder does at most for one file, so that a file from a stranger cannot take the machine.
///
///     let decoder = TNGDecoder(options: .init(limits: .init(pixels: 50_000_000, memory: 512 << 20)))
///
/// All but the time are checked before the work begins. What goes beyond gives ``TNGError/limitExceeded(_:_:)``, which names the limit.
public struct Limits: Sendable, Hashable {
  /// The most pixels that a picture may have. Time to decode grows with them alone.
  public var pixels: Int
  /// The most bytes that decoding may allocate for the picture, at its worst moment.
  ///
  /// The default suits a picture of 2^28 pixels that is not very wide: memory for a column of pixels is about 10 kB, however few rows
  /// there are.
  public var memory: Int
  /// The most bytes of optional chunks, of which all metadata are.
  public var metadata: Int
  /// The most chunks of any kind.
  public var chunks: Int
  /// The longest time for a tile of 1024×1024 pixels, or nil for any.
  ///
  /// No file can make a tile slow: its networks do the same work whatever they are fed, and its symbols are at most four operations
  /// of the entropy coder each (Format.md, section 9). So by default no clock is read, and a file that decodes once decodes
  /// always. A limit is for machines that may be too slow or too busy; it is looked at between the steps of a tile, so that a
  /// tile can take longer by one step.
  public var tileTime: Duration?

  /// Creates limits.
  ///
  /// - Parameters:
  ///   - memory: by default 2 GiB, or one byte less where that is all that can be addressed.
  ///   - metadata: by default 64 MiB.
  public init(
    pixels: Int = 1 << 28, memory: Int = Int(clamping: Int64(2) << 30),
    metadata: Int = 64 << 20, chunks: Int = 64, tileTime: Duration? = nil
  ) {
    self.pixels = pixels
    self.memory = memory
    self.metadata = metadata
    self.chunks = chunks
    self.tileTime = tileTime
  }
}

/// The limit that a ``TNGError`` is about.
public enum Limit: Sendable, Hashable {
  /// ``Limits/pixels``.
  case pixels
  /// ``Limits/memory``.
  case memory
  /// ``Limits/metadata``.
  case metadata
  /// ``Limits/chunks``.
  case chunks
  /// ``Limits/tileTime``.
  case tileTime
  /// The longest side that the format has, which nothing raises.
  case side
}
