import Codec
import Container
import Neural

/// What decoding a file may take at most, so that a file from a stranger cannot take the machine.
///
///     let limits = Limits(pixels: 50_000_000, memory: 512 << 20)
///     let decoder = TNGDecoder(options: .init(limits: limits))
///
/// All but the time are checked before the work begins. What goes beyond gives a ``TNGError`` of
/// the category ``TNGError/Category/limitExceeded``, whose code names the limit. Of an encoder,
/// whose pictures come from its caller, ``EncodingLimits`` bounds the work.
public struct Limits: Sendable, Hashable {
  /// The most pixels to decode. The time to decode grows with them alone.
  public var pixels: Int
  /// The most bytes that decoding may allocate, at its peak; the file itself is not counted. Of
  /// many threads only as many are used as there is memory for.
  ///
  /// The default suits a picture of 2^28 pixels that is not very wide: memory for a column of
  /// pixels is about 10 kB, however few rows there are.
  public var memory: Int
  /// The most bytes of a file. Who reads a file into memory to decode it should not read more.
  public var fileBytes: Int
  /// The most bytes of metadata: colour profile, EXIF and XMP together.
  public var metadata: Int
  /// The most chunks of any kind.
  public var chunks: Int
  /// The longest time for a tile of 1024×1024 pixels, or nil for any.
  ///
  /// No file can make a tile slow: its networks do the same work whatever they are fed, and its
  /// symbols are at most four operations of the entropy coder each (Format.md, section 9). So by
  /// default no clock is read, and a file that decodes once decodes always. A limit is for machines
  /// that may be too slow or too busy; it is looked at between the steps of a tile, so that a tile
  /// can take longer by one step.
  public var tileTime: Duration?

  /// Creates limits.
  ///
  /// - Parameters:
  ///   - memory: by default 2 GiB, or one byte less where that is all that can be addressed.
  ///   - fileBytes: by default the same.
  ///   - metadata: by default 64 MiB.
  public init(
    pixels: Int = 1 << 28, memory: Int = Int(clamping: Int64(2) << 30),
    fileBytes: Int = Int(clamping: Int64(2) << 30), metadata: Int = 64 << 20, chunks: Int = 64,
    tileTime: Duration? = nil
  ) {
    self.pixels = pixels
    self.memory = memory
    self.fileBytes = fileBytes
    self.metadata = metadata
    self.chunks = chunks
    self.tileTime = tileTime
  }
}

/// What encoding a picture may take at most.
public struct EncodingLimits: Sendable, Hashable {
  /// The most pixels of a picture. The time to encode grows with them, and with the effort.
  public var pixels: Int
  /// The most bytes that encoding may allocate, at its peak; the picture itself is not counted.
  /// Refining needs more of it than decoding does. Of many threads only as many are used as there
  /// is memory for.
  public var memory: Int

  /// Creates limits.
  ///
  /// - Parameter memory: by default 2 GiB, or one byte less where that is all that can be
  ///   addressed.
  public init(pixels: Int = 1 << 28, memory: Int = Int(clamping: Int64(2) << 30)) {
    self.pixels = pixels
    self.memory = memory
  }
}

/// The limits that decoding and encoding have in common.
package protocol PictureLimits {
  var pixels: Int { get }
  var memory: Int { get }
}

extension Limits: PictureLimits {}
extension EncodingLimits: PictureLimits {}

extension PictureLimits {
  /// - Throws: ``TNGError`` if a picture of this size has too many pixels, or a side longer than
  ///   the format has.
  package func check(width: Int, height: Int) throws(TNGError) {
    let (side, longest) = (max(width, height), FileHeader.maximumSide)
    guard side <= longest else {
      throw TNGError(.sideTooLong, value: UInt64(side), bound: UInt64(longest))
    }
    let count = UInt64(width) &* UInt64(height)
    guard count <= pixels else {
      throw TNGError(.tooManyPixels, value: count, bound: UInt64(max(pixels, 0)))
    }
  }

  /// An execution on as many threads as there is memory for.
  ///
  /// - Throws: ``TNGError`` if there is not enough for one.
  func restrict(_ execution: Execution, needing need: MemoryNeed) throws(TNGError) -> Execution {
    let counts = (1...execution.threads).reversed()
    guard let threads = counts.first(where: { need.bytes(threads: $0) <= memory }) else {
      throw TNGError(
        .tooMuchMemory, value: need.bytes(threads: 1), bound: UInt64(max(memory, 0)))
    }
    return execution.limited(to: threads)
  }
}
