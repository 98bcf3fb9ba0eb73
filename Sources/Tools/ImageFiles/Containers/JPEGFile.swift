/// A JPEG file as its marker segments (ITU-T T.81, B.1.1).
struct JPEGFile: MetadataContainer {
  /// The most bytes of EXIF or of an XMP packet in one segment, whose length of 16 bits counts
  /// itself and the prefix that tells the two apart.
  static func maximumCount(of part: ImageLoss) -> Int {
    65535 - 2 - (part == .xmp ? xmpPrefix.count : ExifBlock.prefix.count)
  }

  private struct Segment {
    var marker: UInt8
    var payload: ArraySlice<UInt8>
  }

  private static let startOfImage: [UInt8] = [0xFF, 0xD8]
  private static let app0: UInt8 = 0xE0
  private static let app1: UInt8 = 0xE1
  private static let app2: UInt8 = 0xE2
  private static let comment: UInt8 = 0xFE
  private static let startOfScan: UInt8 = 0xDA
  private static let xmpPrefix = Array("http://ns.adobe.com/xap/1.0/\0".utf8)
  private static let extensionPrefix = Array("http://ns.adobe.com/xmp/extension/\0".utf8)

  /// The segments between the start of the image and that of its first scan.
  private var segments: [Segment] = []
  /// The first scan and all after it.
  private let scans: ArraySlice<UInt8>

  init?(file: [UInt8]) {
    guard file.starts(with: Self.startOfImage) else { return nil }
    var rest = file.dropFirst(2)
    while rest.count >= 4, rest.first == 0xFF {
      let marker = rest[rest.startIndex + 1]
      // Bytes of 255 may fill the place before a marker.
      if marker == 0xFF {
        rest = rest.dropFirst()
        continue
      }
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

  /// The comments that are more than the name of a program.
  var comments: [TextEntry] {
    segments.filter { $0.marker == Self.comment }.compactMap { TextEntry(comment: $0.payload) }
  }

  /// - Precondition: `exif` has at most ``maximumCount(of:)`` bytes.
  mutating func replaceExif(with exif: [UInt8]?) {
    segments.removeAll { $0.marker == Self.app1 && $0.payload.starts(with: ExifBlock.prefix) }
    guard let exif else { return }
    insert([ExifBlock.prefix + exif])
  }

  /// Inserts segments of application data behind those of JFIF.
  private mutating func insert(_ payloads: [[UInt8]]) {
    let afterApp0 = segments.firstIndex { $0.marker != Self.app0 } ?? segments.endIndex
    segments.insert(
      contentsOf: payloads.map { Segment(marker: Self.app1, payload: $0[...]) }, at: afterApp0)
  }
}

// MARK: - XMP in several segments

extension JPEGFile {
  /// The XMP packet, with its extension if it has one (XMP, part 3, 1.1.3.1).
  var xmp: [UInt8]? {
    guard let packet = payloads(Self.xmpPrefix).first else { return nil }
    let packets = XMPPacket(Array(packet))
    guard let digest = packets.extensionDigest else { return packets.bytes }
    return packets.merging(extensionPacket(digest)).bytes
  }

  /// The extension of a digest, or nil when a part of it is missing.
  private func extensionPacket(_ digest: String) -> XMPPacket? {
    var parts: [Int: ArraySlice<UInt8>] = [:]
    var count = 0
    for payload in payloads(Self.extensionPrefix) {
      var rest = payload
      guard let name = rest.take(32), name.elementsEqual(digest.utf8),
        let whole = rest.takeNumber(4), let offset = rest.takeNumber(4)
      else { continue }
      count = whole
      parts[offset] = rest
    }
    var packet: [UInt8] = []
    while packet.count < count, let part = parts[packet.count], !part.isEmpty { packet += part }
    return count > 0 && packet.count == count ? XMPPacket(packet) : nil
  }

  /// Inserts an XMP packet, as one that only names its extension where it is too large for a
  /// segment.
  mutating func replaceXMP(with xmp: [UInt8]) {
    segments.removeAll {
      $0.marker == Self.app1
        && ($0.payload.starts(with: Self.xmpPrefix)
          || $0.payload.starts(with: Self.extensionPrefix))
    }
    guard xmp.count > Self.maximumCount(of: .xmp), let digest = md5(xmp) else {
      insert([Self.xmpPrefix + xmp])
      return
    }
    let step = 65000
    let parts = stride(from: 0, to: xmp.count, by: step).map { offset in
      Self.extensionPrefix + Array(digest.utf8) + UInt32(xmp.count).bigEndianBytes
        + UInt32(offset).bigEndianBytes + xmp[offset..<min(xmp.count, offset + step)]
    }
    insert([Self.xmpPrefix + XMPPacket(naming: digest).bytes] + parts)
  }

  /// What the segments APP1 hold after a prefix.
  private func payloads(_ prefix: [UInt8]) -> [ArraySlice<UInt8>] {
    segments.filter { $0.marker == Self.app1 && $0.payload.starts(with: prefix) }
      .map { $0.payload.dropFirst(prefix.count) }
  }
}

// MARK: - Further pictures

extension JPEGFile {
  /// The kinds of pictures behind the first (CIPA DC-007, 5.2.3.3), the lower 24 bits of their
  /// attributes.
  private var furtherPictures: [Int] {
    let prefix = Array("MPF\0".utf8)
    guard
      let segment = segments.first(where: {
        $0.marker == Self.app2 && $0.payload.starts(with: prefix)
      }),
      let directory = TIFFFile(Array(segment.payload.dropFirst(prefix.count)))?.directories.first,
      let entries = directory[0xB002]?.bytes
    else { return [] }
    let isBigEndian = directory.isBigEndian
    return stride(from: 16, to: entries.count - 15, by: 16).map { start in
      let word = entries[start..<start + 4]
      return (isBigEndian ? word.bigEndianValue : word.littleEndianValue) & 0xFFFFFF
    }
  }

  /// Whether a gain map follows the picture: ISO 21496-1 announces it in a segment.
  var hasGainMap: Bool {
    segments.contains {
      $0.marker == Self.app2 && $0.payload.starts(with: "urn:iso:std:iso:ts:21496:-1\0".utf8)
    }
  }

  /// The number of small previews behind the picture.
  var previewCount: Int { furtherPictures.count { $0 >> 16 == 1 } }

  /// The number of other pictures behind it, such as a gain map.
  var furtherPictureCount: Int { furtherPictures.count { $0 >> 16 != 1 } }

  /// Whether the last of several scans, if there are several, gives the last bits of luminance, as
  /// encoders order them.
  var endsInLastScan: Bool {
    var rest = scans
    var last: ArraySlice<UInt8> = []
    while let start = rest.firstRange(of: [0xFF, Self.startOfScan])?.lowerBound {
      last = rest[start...].dropFirst(4)
      rest = last
    }
    guard let count = last.takeNumber(1), last.take(2 * count + 2) != nil,
      let approximation = last.takeNumber(1)
    else { return false }
    return approximation & 15 == 0
  }
}
