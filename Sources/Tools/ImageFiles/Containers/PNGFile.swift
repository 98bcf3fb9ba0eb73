/// A PNG file as its chunks (PNG, third edition, section 5).
struct PNGFile: MetadataContainer {
  /// A chunk as it stands in the file: length, type, payload and checksum.
  private struct Chunk {
    var bytes: ArraySlice<UInt8>

    var type: ArraySlice<UInt8> { bytes.dropFirst(4).prefix(4) }
  }

  private static let signature: [UInt8] = [0x89] + Array("PNG\r\n".utf8) + [0x1A, 0x0A]
  private static let exifType = "eXIf".utf8
  private static let dataType = "IDAT".utf8

  private var chunks: [Chunk] = []

  init?(file: [UInt8]) {
    guard file.starts(with: Self.signature) else { return nil }
    var rest = file.dropFirst(Self.signature.count)
    while !rest.isEmpty {
      let length = rest.prefix(4).bigEndianValue + 12
      guard rest.count >= length else { return nil }
      chunks.append(Chunk(bytes: rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
  }

  var file: [UInt8] { chunks.reduce(into: Self.signature) { $0 += $1.bytes } }

  mutating func replaceExif(with exif: [UInt8]?) {
    chunks.removeAll { $0.type.elementsEqual(Self.exifType) }
    guard let exif else { return }
    let data = chunks.firstIndex { $0.type.elementsEqual(Self.dataType) } ?? chunks.endIndex
    chunks.insert(Self.exifChunk(exif), at: data)
  }

  private static func exifChunk(_ exif: [UInt8]) -> Chunk {
    let guarded = Array(exifType) + exif
    let bytes = UInt32(exif.count).bigEndianBytes + guarded + checksum(guarded).bigEndianBytes
    return Chunk(bytes: bytes[...])
  }

  /// The CRC-32 of ISO 3309.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in
        crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1
      }
    }
  }
}
