/// A WebP file as its chunks (RFC 9649, section 2).
struct WebPFile: MetadataContainer {
  private struct Chunk {
    var type: String
    var payload: [UInt8]
  }

  /// The bit in the first byte of `VP8X` that announces an `EXIF` chunk.
  private static let exifFlag: UInt8 = 0x08

  private var chunks: [Chunk] = []

  init?(file: [UInt8]) {
    guard file.starts(with: "RIFF".utf8), file.dropFirst(8).starts(with: "WEBP".utf8) else {
      return nil
    }
    var rest = file.dropFirst(12)
    while rest.count >= 8 {
      let type = String(decoding: rest.prefix(4), as: UTF8.self)
      let length = rest.dropFirst(4).prefix(4).littleEndianValue
      guard rest.count >= 8 + length else { return nil }
      chunks.append(Chunk(type: type, payload: Array(rest.dropFirst(8).prefix(length))))
      rest = rest.dropFirst(8 + length + length % 2)
    }
  }

  var file: [UInt8] {
    let body = chunks.reduce(into: Array("WEBP".utf8)) { body, chunk in
      body += Array(chunk.type.utf8) + UInt32(chunk.payload.count).littleEndianBytes
      body += chunk.payload + (chunk.payload.count.isMultiple(of: 2) ? [] : [0])
    }
    return Array("RIFF".utf8) + UInt32(body.count).littleEndianBytes + body
  }

  /// Only an extended file (`VP8X`), which libvips always writes, takes EXIF.
  mutating func replaceExif(with exif: [UInt8]?) {
    guard let header = chunks.firstIndex(where: { $0.type == "VP8X" }) else { return }
    chunks.removeAll { $0.type == "EXIF" }
    chunks[header].payload[0] &= ~Self.exifFlag
    guard let exif else { return }
    chunks[header].payload[0] |= Self.exifFlag
    let afterPicture = chunks.firstIndex { $0.type == "XMP " } ?? chunks.endIndex
    chunks.insert(Chunk(type: "EXIF", payload: exif), at: afterPicture)
  }
}
