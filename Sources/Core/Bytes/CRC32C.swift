/// The Castagnoli cyclic redundancy check (RFC 3720, appendix B.4).
package struct CRC32C: Sendable {
  private var state: UInt32 = .max

  package init() {}

  /// The check value of what was added so far.
  package var value: UInt32 { ~state }

  /// The check value of some bytes.
  package static func of(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var crc = CRC32C()
    crc.update(bytes)
    return crc.value
  }

  /// The check value of some bytes.
  package static func of(_ bytes: [UInt8]) -> UInt32 { of(bytes[...]) }

  /// Adds bytes.
  package mutating func update(_ bytes: ArraySlice<UInt8>) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// Adds bytes, sixteen at a time.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var state = state
    Self.tables.withUnsafeBufferPointer { tables in
      var at = 0
      while at + 16 <= bytes.count {
        let first = bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        let second = bytes.loadUnaligned(fromByteOffset: at + 8, as: UInt64.self)
        state =
          effect(of: UInt64(littleEndian: first) ^ UInt64(state), tables, followers: 8)
          ^ effect(of: UInt64(littleEndian: second), tables, followers: 0)
        at += 16
      }
      while at < bytes.count {
        state = tables[Int((state ^ UInt32(bytes[at])) & 255)] ^ state >> 8
        at += 1
      }
    }
    self.state = state
  }

  /// The effect of eight bytes that so many more follow.
  @inline(__always)
  private func effect(
    of word: UInt64, _ tables: UnsafeBufferPointer<UInt32>, followers: Int
  ) -> UInt32 {
    var sum: UInt32 = 0
    for byte in 0..<8 {
      sum ^= tables[(followers + 7 - byte) << 8 + Int(word >> (8 * UInt64(byte)) & 255)]
    }
    return sum
  }

  /// Table n, from 256·n on: the effect of a byte that n more bytes follow.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 16 << 8)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : value >> 1 ^ 0x82F6_3B78 }
      tables[byte] = value
    }
    for index in 256..<tables.count {
      let before = tables[index - 256]
      tables[index] = tables[Int(before & 255)] ^ before >> 8
    }
    return tables
  }()
}
