import Bytes

/// The type of a metadata chunk: an ASCII letter, upper case if a decoder must understand it.
package struct ChunkType: RawRepresentable, Sendable, Hashable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let iccProfile = ChunkType(rawValue: UInt8(ascii: "i"))
  package static let exif = ChunkType(rawValue: UInt8(ascii: "e"))
  package static let xmp = ChunkType(rawValue: UInt8(ascii: "x"))

  /// Whether a decoder must understand the chunk.
  var isRequired: Bool { rawValue & 0x20 == 0 }

  var isLetter: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(rawValue & ~0x20) }

  /// Whether this page of the format names the type.
  var isKnown: Bool { part != .chunk }

  /// What errors call it.
  var part: FilePart {
    switch self {
    case .iccProfile: .iccProfile
    case .exif: .exif
    case .xmp: .xmp
    default: .chunk
    }
  }
}

/// A metadata chunk, by its place in the bytes: Format.md, section 2.
package struct Chunk: Sendable, Hashable {
  package let type: ChunkType
  /// Where the payload is; shorter than announced in a cut file.
  package let payload: Range<Int>
  /// Whether all of it is there and its check value is right.
  package let isIntact: Bool

  /// Reads a chunk. ``write(_:_:after:)`` is the inverse.
  ///
  /// - Parameters:
  ///   - header: the file's header, which the check value covers too.
  ///   - allowsPartial: whether the chunk may be cut or damaged.
  init(
    parsing reader: inout ByteReader, after header: ArraySlice<UInt8>, allowsPartial: Bool
  ) throws(FormatError) {
    let start = reader.offset
    type = ChunkType(rawValue: try reader.u8())
    guard type.isLetter else {
      throw FormatError(.badChunkType, in: .chunk, offset: start, value: UInt64(type.rawValue))
    }
    let length = try reader.varint()
    if allowsPartial, reader.remaining - 4 < length {
      payload = try reader.take(min(length, reader.remaining))
      _ = try reader.take(reader.remaining)
      isIntact = false
      return
    }
    payload = try reader.take(length)
    var crc = CRC32C()
    crc.update(header)
    crc.update(reader.bytes[start..<payload.upperBound])
    isIntact = try reader.u32() == crc.value
    guard isIntact || allowsPartial else {
      throw FormatError(.checksumMismatch, in: type.part, offset: start)
    }
  }

  /// The bytes of a chunk.
  static func write(_ type: ChunkType, _ payload: [UInt8], after header: [UInt8]) -> [UInt8] {
    var bytes = [type.rawValue]
    bytes.append(varint: payload.count)
    bytes += payload
    var crc = CRC32C()
    crc.update(header[...])
    crc.update(bytes[...])
    bytes.append(u32: crc.value)
    return bytes
  }
}
