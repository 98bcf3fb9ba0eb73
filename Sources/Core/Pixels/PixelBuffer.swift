/// A picture in memory: 8-bit samples, interleaved, row after row, without padding.
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
  /// `width * height * format.channels` samples, 0 … 255.
  public let samples: [UInt8]

  /// Creates a picture from its samples.
  ///
  /// - Precondition: `width` and `height` are at least 1, and `samples` holds
  ///   `width * height * format.channels` values.
  public init(width: Int, height: Int, format: PixelFormat, samples: [UInt8]) {
    precondition(width > 0 && height > 0, "a picture has at least one pixel")
    precondition(
      samples.count == width * height * format.channels,
      "a \(width)×\(height) picture of \(format) has \(width * height * format.channels) samples")
    self.width = width
    self.height = height
    self.format = format
    self.samples = samples
  }
}

extension PixelBuffer {
  /// Creates a picture whose samples `body` writes, all of them, to a sink without padding.
  ///
  /// - Precondition: `width` and `height` are at least 1.
  public init<Failure: Error>(
    width: Int, height: Int, format: PixelFormat,
    writing body: (PixelSink) throws(Failure) -> Void
  ) throws(Failure) {
    var failure: Failure?
    let count = width * height * format.channels
    let samples = [UInt8](unsafeUninitializedCapacity: count) { samples, initialized in
      let sink = PixelSink(
        base: samples.baseAddress!, width: width, height: height, format: format)
      do throws(Failure) {
        try body(sink)
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    self.init(width: width, height: height, format: format, samples: samples)
  }
}
