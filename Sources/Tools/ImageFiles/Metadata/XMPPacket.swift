/// An XMP packet, which may repeat the orientation of EXIF as `tiff:Orientation` (XMP, part 2).
struct XMPPacket {
  /// The packet, UTF-8.
  var bytes: [UInt8]

  /// Creates a packet from its bytes.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Makes every `tiff:Orientation`, attribute or element, `orientation`, 1 … 8. The packet keeps
  /// its length.
  mutating func setOrientation(_ orientation: UInt8) {
    for position in orientationPositions() {
      bytes[position] = UInt8(ascii: "0") + orientation
    }
  }

  /// Where the digits of all orientations are.
  private func orientationPositions() -> [Int] {
    let name = Array("tiff:Orientation".utf8)
    var positions: [Int] = []
    var rest = bytes[...]
    while let start = rest.firstRange(of: name) {
      rest = rest[start.upperBound...]
      let value = rest.drop { Self.isBetweenNameAndValue($0) }
      if let digit = value.first, Self.isOrientation(digit) { positions.append(value.startIndex) }
    }
    return positions
  }

  private static func isBetweenNameAndValue(_ byte: UInt8) -> Bool {
    "=\"'> \t\r\n".utf8.contains(byte)
  }

  private static func isOrientation(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "1")...UInt8(ascii: "8")).contains(byte)
  }
}
