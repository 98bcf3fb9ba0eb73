import Foundation
import Pixels
import TNG

/// The bytes of a file in `Pictures/`.
func pictureFile(_ name: String) throws -> [UInt8] {
  let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  return try Array(Data(contentsOf: tests.appending(path: "Pictures/\(name)")))
}

extension PixelBuffer {
  /// A picture, smooth on the left and busy on the right, the same at each call. No pixel is wholly
  /// transparent, because some formats forget the colour of those.
  static func pattern(width: Int, height: Int, format: PixelFormat) -> PixelBuffer {
    let samples = (0..<width * height * format.channels).map { index in
      let (pixel, channel) = index.quotientAndRemainder(dividingBy: format.channels)
      let (y, x) = pixel.quotientAndRemainder(dividingBy: width)
      let isSmooth = x < width / 2
      let value = isSmooth ? 2 * x + y + 40 * channel : 37 * x * x + 91 * y * (channel + 1)
      return UInt8(format.hasAlpha ? 1 + value % 255 : value % 256)
    }
    return PixelBuffer(width: width, height: height, format: format, samples: samples)
  }

  /// A picture of one colour.
  static func flat(
    width: Int, height: Int, _ color: [UInt8], format: PixelFormat
  ) -> PixelBuffer {
    let samples = (0..<width * height).flatMap { _ in color }
    return PixelBuffer(width: width, height: height, format: format, samples: samples)
  }
}

/// An EXIF block whose first directory has a camera's name and, if given, an orientation.
func exifBlock(orientation: UInt16?, isBigEndian: Bool) -> [UInt8] {
  func number(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: isBigEndian ? value.bigEndian : value.littleEndian) { Array($0) }
  }
  func entry(tag: UInt16, type: UInt16, count: UInt32, value: [UInt8]) -> [UInt8] {
    number(tag) + number(type) + number(count) + value
  }
  var entries = [entry(tag: 0x010F, type: 2, count: 4, value: Array("Tng\0".utf8))]
  if let orientation {
    entries.append(
      entry(tag: 0x0112, type: 3, count: 1, value: number(orientation) + number(UInt16(0))))
  }
  return Array((isBigEndian ? "MM" : "II").utf8) + number(UInt16(42)) + number(UInt32(8))
    + number(UInt16(entries.count)) + entries.joined() + number(UInt32(0))
}

/// An XMP packet that repeats an orientation.
func xmpPacket(orientation: Int) -> [UInt8] {
  let rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  let text =
    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"\(rdf)\">"
    + "<rdf:Description xmlns:tiff=\"http://ns.adobe.com/tiff/1.0/\" "
    + "tiff:Orientation=\"\(orientation)\"/></rdf:RDF></x:xmpmeta>"
  return Array(text.utf8)
}
