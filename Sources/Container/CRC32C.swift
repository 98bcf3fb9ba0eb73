/// The Castagnoli cyclic redundancy check (RFC 3720, appendix B.4).
package struct CRC32C: Sendable {
  private var state: UInt32 = .max

  package init() {}

  /// The check value of what was added so far.
  package var value: UInt32 { ~state }

  /// The check value of some bytes.
  package static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var crc = CRC32C()
    crc.update(Array(bytes)[...])
    return crc.value
  }

  /// Adds bytes, eight at a time.
  package mutating func update(_ bytes: ArraySlice<UInt8>) {
    let tables = Self.tables
    bytes.withUnsafeBytes { bytes in
      var at = 0
      while at + 8 <= bytes.count {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        let x = word ^ UInt64(state)
        state = 0
        for byte in 0..<8 {
          state ^= tables[(7 - byte) << 8 + Int(x >> (8 * UInt64(byte)) & 255)]
        }
        at += 8
      }
      while at < bytes.count {
        state = tables[Int((state ^ UInt32(bytes[at])) & 255)] ^ state >> 8
        at += 1
      }
    }
  }

  /// Table n, from 256·n on: the effect of a byte that n more bytes follow.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 << 8)
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
