package import Bytes

/// The first bytes of a file, which describe the canvas: Format.md, section 2.
package struct FileHeader: Sendable, Hashable {
  package var isGray: Bool
  package var hasAlpha: Bool
  /// Bits of a sample, 1 … 16.
  package var depth: Int
  /// 1 … ``maximumSide``.
  package var width: Int
  /// 1 … ``maximumSide``.
  package var height: Int
  /// The number of frames, at least 1.
  package var frameCount: Int

  package static let signature: [UInt8] = [0x8A, 0x54, 0x4E, 0x47]
  package static let version: UInt8 = 2
  package static let maximumSide = 1 << 24 - 1

  package init(
    isGray: Bool, hasAlpha: Bool, depth: Int = 8, width: Int, height: Int, frameCount: Int = 1
  ) {
    self.isGray = isGray
    self.hasAlpha = hasAlpha
    self.depth = depth
    self.width = width
    self.height = height
    self.frameCount = frameCount
  }

  /// The tiles of each layer.
  package var grid: TileGrid { TileGrid(width: width, height: height) }

  /// What the bits of the flags say.
  private enum Flag {
    static let gray: UInt8 = 1
    static let alpha: UInt8 = 2
    static let depth: UInt8 = 4
    static let frames: UInt8 = 8
    static let all: UInt8 = 15
  }

  /// Reads a header. ``serialized`` is the inverse.
  package init(parsing reader: inout ByteReader) throws(FormatError) {
    try Self.readSignature(&reader)
    let flags = try reader.u8()
    guard flags & ~Flag.all == 0 else {
      throw FormatError(
        .unsupportedFlags, in: .header, offset: reader.offset - 1, value: UInt64(flags))
    }
    isGray = flags & Flag.gray != 0
    hasAlpha = flags & Flag.alpha != 0
    let depthOffset = reader.offset
    depth = flags & Flag.depth != 0 ? Int(try reader.u8()) : 8
    // Defaults must be left out.
    guard (1...16).contains(depth), flags & Flag.depth == 0 || depth != 8 else {
      throw FormatError(.sizeOutOfRange, in: .header, offset: depthOffset, value: UInt64(depth))
    }
    width = try Self.readSide(&reader)
    height = try Self.readSide(&reader)
    let framesOffset = reader.offset
    frameCount = flags & Flag.frames != 0 ? try reader.varint() : 1
    guard flags & Flag.frames == 0 || frameCount > 1 else {
      throw FormatError(
        .sizeOutOfRange, in: .header, offset: framesOffset, value: UInt64(frameCount))
    }
  }

  private static func readSignature(_ reader: inout ByteReader) throws(FormatError) {
    for byte in signature {
      guard reader.remaining > 0 else { throw FormatError(.truncated, offset: reader.end) }
      guard try reader.u8() == byte else { throw FormatError(.notTNG, in: .header, offset: 0) }
    }
    let version = try reader.u8()
    guard version == Self.version else {
      throw FormatError(
        .unsupportedVersion, in: .header, offset: signature.count, value: UInt64(version))
    }
  }

  private static func readSide(_ reader: inout ByteReader) throws(FormatError) -> Int {
    let offset = reader.offset
    let side = try reader.varint()
    guard (1...maximumSide).contains(side) else {
      throw FormatError(.sizeOutOfRange, in: .header, offset: offset, value: UInt64(side))
    }
    return side
  }

  /// The bytes of the header.
  package var serialized: [UInt8] {
    let flags =
      (isGray ? Flag.gray : 0) | (hasAlpha ? Flag.alpha : 0) | (depth != 8 ? Flag.depth : 0)
      | (frameCount > 1 ? Flag.frames : 0)
    var bytes = Self.signature + [Self.version, flags]
    if depth != 8 { bytes.append(UInt8(depth)) }
    bytes.append(varint: width)
    bytes.append(varint: height)
    if frameCount > 1 { bytes.append(varint: frameCount) }
    return bytes
  }
}
