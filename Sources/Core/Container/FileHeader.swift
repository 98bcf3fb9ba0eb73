/// The first bytes of a file: Format.md, section 2.
package struct FileHeader: Sendable, Hashable {
  package var isGray: Bool
  package var hasAlpha: Bool
  /// 1 … ``maximumSide``.
  package var width: Int
  /// 1 … ``maximumSide``.
  package var height: Int
  package var modelID: UInt32
  /// 0 … 63.
  package var level: UInt8

  package static let signature: [UInt8] = [0x8A, 0x54, 0x4E, 0x47]
  package static let version: UInt8 = 1
  package static let maximumSide = 1 << 24 - 1

  package init(
    isGray: Bool, hasAlpha: Bool, width: Int, height: Int, modelID: UInt32, level: UInt8
  ) {
    self.isGray = isGray
    self.hasAlpha = hasAlpha
    self.width = width
    self.height = height
    self.modelID = modelID
    self.level = level
  }

  /// Reads a header. ``serialized`` is the inverse.
  package init(parsing reader: inout ByteReader) throws(ContainerError) {
    for byte in Self.signature {
      guard reader.remaining > 0 else { throw .truncated(offset: reader.end) }
      guard try reader.u8() == byte else { throw .notTNG }
    }
    let version = try reader.u8()
    guard version == Self.version else { throw .unknownVersion(version) }
    let flags = try reader.u8()
    guard flags & ~3 == 0 else { throw .unknownFlags(flags) }
    isGray = flags & 1 != 0
    hasAlpha = flags & 2 != 0
    let sizeOffset = reader.offset
    width = try reader.varint()
    height = try reader.varint()
    guard (1...Self.maximumSide).contains(width), (1...Self.maximumSide).contains(height) else {
      throw .badSize(offset: sizeOffset)
    }
    modelID = try reader.u32()
    level = try reader.u8()
    guard level < 64 else { throw .badLevel(level, offset: reader.offset - 1) }
  }

  /// The bytes of the header.
  package var serialized: [UInt8] {
    var bytes = Self.signature + [Self.version, (isGray ? 1 : 0) | (hasAlpha ? 2 : 0)]
    bytes.append(varint: width)
    bytes.append(varint: height)
    bytes.append(u32: modelID)
    bytes.append(level)
    return bytes
  }
}
