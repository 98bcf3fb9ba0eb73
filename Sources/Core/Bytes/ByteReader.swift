/// Reads numbers from bytes, front to back; never beyond their end.
package struct ByteReader: Sendable {
  package let bytes: [UInt8]
  /// Where the next read begins.
  package private(set) var offset: Int
  /// Where reading stops.
  package let end: Int

  package init(_ bytes: [UInt8], range: Range<Int>? = nil) {
    self.bytes = bytes
    offset = range?.lowerBound ?? 0
    end = range?.upperBound ?? bytes.count
  }

  package var remaining: Int { end - offset }

  /// Takes the next `count` bytes.
  package mutating func take(_ count: Int) throws(FormatError) -> Range<Int> {
    guard count <= remaining else { throw FormatError(.truncated, offset: end) }
    defer { offset += count }
    return offset..<offset + count
  }

  package mutating func u8() throws(FormatError) -> UInt8 {
    bytes[try take(1).lowerBound]
  }

  package mutating func u16() throws(FormatError) -> UInt16 {
    let at = try take(2).lowerBound
    return UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8
  }

  package mutating func u32() throws(FormatError) -> UInt32 {
    UInt32(try u16()) | UInt32(try u16()) << 16
  }

  /// An unsigned number in groups of 7 bits: Format.md, section 1.
  ///
  /// Where `Int` has 32 bits, one that does not fit is `Int.max`, which is beyond every limit too.
  package mutating func varint() throws(FormatError) -> Int {
    let start = offset
    var value: UInt64 = 0
    for shift in stride(from: 0, through: 28, by: 7) {
      let byte = try u8()
      value |= UInt64(byte & 127) << UInt64(shift)
      guard byte < 128 else { continue }
      guard value <= UInt32.max, byte != 0 || shift == 0 else { break }
      return Int(clamping: value)
    }
    throw FormatError(.malformedNumber, offset: start)
  }
}

extension [UInt8] {
  /// Appends a number, low byte first.
  package mutating func append(u32 value: UInt32) {
    for shift in stride(from: 0, to: 32, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  /// Appends a number in groups of 7 bits.
  package mutating func append(varint value: Int) {
    precondition(UInt32(exactly: value) != nil, "a number of the format has 32 bits")
    var rest = value
    while rest > 127 {
      append(UInt8(rest & 127 | 128))
      rest >>= 7
    }
    append(UInt8(rest))
  }
}
