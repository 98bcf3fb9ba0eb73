extension Collection<UInt8> {
  /// The number that the bytes are, high byte first.
  var bigEndianValue: Int { reduce(0) { $0 << 8 | Int($1) } }

  /// The number that the bytes are, low byte first.
  var littleEndianValue: Int { reversed().bigEndianValue }
}

extension FixedWidthInteger {
  /// The bytes of the number, high byte first.
  var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }

  /// The bytes of the number, low byte first.
  var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}

extension ArraySlice<UInt8> {
  /// Takes the first bytes, or gives nil when there are fewer.
  mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, count <= self.count else { return nil }
    defer { self = dropFirst(count) }
    return prefix(count)
  }

  /// Takes a number of `count` bytes, 0 … 8, high byte first; nil when it is not there or beyond
  /// `Int`.
  mutating func takeNumber(_ count: Int) -> Int? {
    guard let bytes = take(count), count < 8 || bytes.first! < 0x80 else { return nil }
    return bytes.bigEndianValue
  }

  /// Takes text that a zero byte ends, without the zero.
  mutating func takeText() -> String? {
    guard let end = firstIndex(of: 0) else { return nil }
    defer { self = self[(end + 1)...] }
    return String(decoding: self[..<end], as: UTF8.self)
  }
}
