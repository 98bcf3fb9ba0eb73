/// A JPEG file as its marker segments (ITU-T T.81, B.1.1).
struct JPEGFile: MetadataContainer {
  /// The most bytes of EXIF or XMP in a file: those of one segment, whose length of 16 bits counts
  /// itself and the prefix that tells the two apart.
  static func maximumCount(of part: ImageLoss) -> Int {
    let xmpPrefix = "http://ns.adobe.com/xap/1.0/\0".utf8
    return 65535 - 2 - (part == .xmp ? xmpPrefix.count : ExifBlock.prefix.count)
  }

  private struct Segment {
    var marker: UInt8
    var payload: ArraySlice<UInt8>
  }

  private static let startOfImage: [UInt8] = [0xFF, 0xD8]
  private static let app0: UInt8 = 0xE0
  private static let app1: UInt8 = 0xE1
  private static let startOfScan: UInt8 = 0xDA

  /// The segments between the start of the image and that of its first scan.
  private var segments: [Segment] = []
  /// The first scan and all after it.
  private let scans: ArraySlice<UInt8>

  init?(file: [UInt8]) {
    guard file.starts(with: Self.startOfImage) else { return nil }
    var rest = file.dropFirst(2)
    while rest.count >= 4, rest.first == 0xFF {
      let marker = rest[rest.startIndex + 1]
      if marker == Self.startOfScan {
        scans = rest
        return
      }
      let length = rest.dropFirst(2).prefix(2).bigEndianValue
      guard length >= 2, length + 2 <= rest.count else { return nil }
      segments.append(Segment(marker: marker, payload: rest.dropFirst(4).prefix(length - 2)))
      rest = rest.dropFirst(length + 2)
    }
    return nil
  }

  var file: [UInt8] {
    segments.reduce(into: Self.startOfImage) { file, segment in
      file += [0xFF, segment.marker] + UInt16(segment.payload.count + 2).bigEndianBytes
      file += segment.payload
    } + scans
  }

  /// - Precondition: `exif` has at most ``maximumCount(of:)`` bytes.
  mutating func replaceExif(with exif: [UInt8]?) {
    segments.removeAll { $0.marker == Self.app1 && $0.payload.starts(with: ExifBlock.prefix) }
    guard let exif else { return }
    let afterApp0 = segments.firstIndex { $0.marker != Self.app0 } ?? segments.endIndex
    let payload = ExifBlock.prefix + exif
    segments.insert(Segment(marker: Self.app1, payload: payload[...]), at: afterApp0)
  }
}
