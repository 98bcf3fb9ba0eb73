/// A picture in memory: samples of 1 to 16 bits, interleaved, row after row, without padding.
///
///     let red = PixelBuffer(width: 2, height: 1, format: .rgb, samples: [255, 0, 0, 255, 0, 0])
///
/// Colours are those of the picture's ICC profile, or sRGB when it has none.
public struct PixelBuffer: Sendable, Hashable {
  /// The number of columns, at least 1.
  public let width: Int
  /// The number of rows, at least 1.
  public let height: Int
  /// The samples of a pixel.
  public let format: PixelFormat
  /// The bits of a sample, 1 … 16: samples are 0 … 2^`depth` − 1.
  public let depth: Int
  /// `width * height * format.channels` samples: a byte each up to a depth of 8, otherwise two in
  /// the machine's order.
  public let bytes: [UInt8]

  /// The samples of a picture of a depth of at most 8.
  ///
  /// - Precondition: `depth` is at most 8; ``converted(toDepth:)`` makes it so.
  public var samples: [UInt8] {
    precondition(depth <= 8, "samples of \(depth) bits do not fit a byte")
    return bytes
  }

  /// The samples, whatever their depth.
  public var wideSamples: [UInt16] {
    guard depth > 8 else { return bytes.map(UInt16.init) }
    return bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / 2).map { bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self) }
    }
  }

  /// Creates a picture from samples of at most 8 bits.
  ///
  /// - Precondition: `width` and `height` are at least 1, `depth` is 1 … 8, and `samples` holds
  ///   `width * height * format.channels` values below 2^`depth`.
  public init(width: Int, height: Int, format: PixelFormat, depth: Int = 8, samples: [UInt8]) {
    precondition((1...8).contains(depth), "samples of a byte have 1 … 8 bits")
    precondition(
      depth == 8 || samples.allSatisfy { $0 >> UInt8(depth) == 0 },
      "a sample has more than \(depth) bits")
    self.init(width: width, height: height, format: format, depth: depth, bytes: samples)
  }

  /// Creates a picture from samples of 9 to 16 bits.
  ///
  /// - Precondition: `width` and `height` are at least 1, `depth` is 9 … 16, and `wideSamples`
  ///   holds `width * height * format.channels` values below 2^`depth`.
  public init(width: Int, height: Int, format: PixelFormat, depth: Int, wideSamples: [UInt16]) {
    precondition((9...16).contains(depth), "samples of two bytes have 9 … 16 bits")
    precondition(
      depth == 16 || wideSamples.allSatisfy { $0 >> UInt16(depth) == 0 },
      "a sample has more than \(depth) bits")
    self.init(
      width: width, height: height, format: format, depth: depth,
      bytes: wideSamples.withUnsafeBytes { [UInt8]($0) })
  }

  private init(width: Int, height: Int, format: PixelFormat, depth: Int, bytes: [UInt8]) {
    precondition(width > 0 && height > 0, "a picture has at least one pixel")
    let count = width * height * format.channels * (depth > 8 ? 2 : 1)
    precondition(
      bytes.count == count,
      "a \(width)×\(height) picture of \(format) and \(depth) bits has \(count) bytes")
    self.width = width
    self.height = height
    self.format = format
    self.depth = depth
    self.bytes = bytes
  }
}

extension PixelBuffer {
  /// Creates a picture whose samples `body` writes, all of them, to a sink without padding.
  ///
  /// - Precondition: `width` and `height` are at least 1, and `depth` is 1 … 16.
  public init<Failure: Error>(
    width: Int, height: Int, format: PixelFormat, depth: Int = 8,
    writing body: (PixelSink) throws(Failure) -> Void
  ) throws(Failure) {
    var failure: Failure?
    let count = width * height * format.channels * (depth > 8 ? 2 : 1)
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { bytes, initialized in
      let sink = PixelSink(
        base: bytes.baseAddress!, width: width, height: height, format: format, depth: depth)
      do throws(Failure) {
        try body(sink)
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    self.init(width: width, height: height, format: format, depth: depth, bytes: bytes)
  }

  /// The picture with samples of another depth: 0 stays 0, the largest becomes the largest, and
  /// what is between is rounded to the nearest.
  ///
  /// - Precondition: `depth` is 1 … 16.
  public func converted(toDepth depth: Int) -> PixelBuffer {
    precondition((1...16).contains(depth), "samples have 1 … 16 bits")
    guard depth != self.depth else { return self }
    let scale = SampleScale(from: self.depth, to: depth)
    let samples = wideSamples
    guard depth > 8 else {
      return PixelBuffer(
        width: width, height: height, format: format, depth: depth,
        samples: samples.map { UInt8(scale($0)) })
    }
    return PixelBuffer(
      width: width, height: height, format: format, depth: depth,
      wideSamples: samples.map { scale($0) })
  }
}
