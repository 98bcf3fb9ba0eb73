import CTNGHeader
import Pixels

/// Memory of a caller's that holds a picture.
struct Layout {
  let width: Int
  let height: Int
  let format: PixelFormat
  let depth: Int
  /// Bytes from a row to the next.
  let stride: Int
  /// Bytes of a row without its padding.
  let rowBytes: Int

  /// - Parameter size: the bytes of the memory.
  /// - Throws: if the layout does not make sense, or does not fit the memory.
  init(_ pointer: UnsafePointer<tng_layout>?, size: Int) throws(Failure) {
    let layout = try tng_layout(reading: pointer, "layout")
    guard layout.width > 0, layout.height > 0 else {
      throw .argument("a picture has at least one pixel")
    }
    guard let format = PixelFormat(layout.format) else {
      throw .argument("layout.format is none of tng_format")
    }
    guard (1...16).contains(layout.depth) else {
      throw .argument("layout.depth is not 1 to 16 bits")
    }
    (width, height) = (Int(layout.width), Int(layout.height))
    (self.format, depth) = (format, Int(layout.depth))
    let sampleBytes = depth > 8 ? 2 : 1
    // At most 2^35.
    rowBytes = width * format.channels * sampleBytes
    stride = layout.stride == 0 ? rowBytes : layout.stride
    guard stride >= rowBytes else { throw .argument("layout.stride is shorter than a row") }
    guard stride.isMultiple(of: sampleBytes) else {
      throw .argument("layout.stride is not a whole number of samples")
    }
    let (rows, overflow) = (height - 1).multipliedReportingOverflow(by: stride)
    guard !overflow, size >= rowBytes, size - rowBytes >= rows else {
      throw .argument("the memory is smaller than the layout")
    }
  }
}

extension PixelFormat {
  init?(_ format: tng_format) {
    switch format {
    case TNG_FORMAT_GRAY: self = .gray
    case TNG_FORMAT_GRAY_ALPHA: self = .grayAlpha
    case TNG_FORMAT_RGB: self = .rgb
    case TNG_FORMAT_RGBA: self = .rgba
    default: return nil
    }
  }
}

extension tng_format {
  init(_ format: PixelFormat) {
    self =
      switch format {
      case .gray: TNG_FORMAT_GRAY
      case .grayAlpha: TNG_FORMAT_GRAY_ALPHA
      case .rgb: TNG_FORMAT_RGB
      case .rgba: TNG_FORMAT_RGBA
      }
  }
}

extension PixelBuffer {
  /// A copy of the picture that lies at `samples`.
  ///
  /// - Throws: if a sample is larger than its depth allows.
  init(_ layout: Layout, at samples: UnsafeRawPointer) throws(Failure) {
    try self.init(
      width: layout.width, height: layout.height, format: layout.format, depth: layout.depth
    ) { sink throws(Failure) in
      for row in 0..<layout.height {
        let source = UnsafeRawBufferPointer(
          start: samples + row * layout.stride, count: layout.rowBytes)
        guard source.hold(samplesOf: layout.depth) else {
          throw .argument("a sample is larger than layout.depth allows")
        }
        UnsafeMutableRawBufferPointer(
          start: sink.base + row * sink.bytesPerRow, count: layout.rowBytes
        ).copyMemory(from: source)
      }
    }
  }
}

extension UnsafeRawBufferPointer {
  /// Whether all samples are below 2^`depth`.
  fileprivate func hold(samplesOf depth: Int) -> Bool {
    if depth == 8 || depth == 16 { return true }
    if depth < 8 { return reduce(0, |) >> UInt8(depth) == 0 }
    var union: UInt16 = 0
    for offset in stride(from: 0, to: count, by: 2) {
      union |= loadUnaligned(fromByteOffset: offset, as: UInt16.self)
    }
    return union >> UInt16(depth) == 0
  }
}
