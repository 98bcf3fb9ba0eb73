/// An EXIF block: a TIFF stream, in either byte order, whose first directory may hold an
/// orientation (TIFF 6.0, section 2).
struct ExifBlock {
  /// What JPEG files have before the block, and libvips in front of most.
  static let prefix: [UInt8] = Array("Exif\0\0".utf8)

  /// The block.
  private(set) var bytes: [UInt8]

  private let isBigEndian: Bool

  /// Creates a block from its bytes, or gives nil when they do not begin a TIFF stream.
  init?(_ bytes: [UInt8]) {
    if bytes.starts(with: [0x49, 0x49, 42, 0]) {
      isBigEndian = false
    } else if bytes.starts(with: [0x4D, 0x4D, 0, 42]) {
      isBigEndian = true
    } else {
      return nil
    }
    self.bytes = bytes
  }

  /// Makes every orientation in the first directory `orientation`, as one 16-bit number.
  mutating func setOrientation(_ orientation: UInt16) {
    for entry in entries(withTag: 0x0112) {
      write16(3, at: entry + 2)
      write16(isBigEndian ? 0 : 1, at: entry + 4)
      write16(isBigEndian ? 1 : 0, at: entry + 6)
      write16(orientation, at: entry + 8)
      write16(0, at: entry + 10)
    }
  }

  /// The offsets of the first directory's entries with a tag, of those that lie whole in the block.
  private func entries(withTag tag: UInt16) -> [Int] {
    guard let directory = read32(at: 4), let count = read16(at: directory) else { return [] }
    let entries = (0..<Int(count)).map { directory + 2 + 12 * $0 }
    return entries.filter { read16(at: $0) == tag && $0 + 12 <= bytes.count }
  }

  private func read16(at offset: Int) -> UInt16? {
    guard offset + 2 <= bytes.count else { return nil }
    let (first, second) = (UInt16(bytes[offset]), UInt16(bytes[offset + 1]))
    return isBigEndian ? first << 8 | second : second << 8 | first
  }

  private func read32(at offset: Int) -> Int? {
    guard let first = read16(at: offset), let second = read16(at: offset + 2) else { return nil }
    return isBigEndian ? Int(first) << 16 | Int(second) : Int(second) << 16 | Int(first)
  }

  private mutating func write16(_ value: UInt16, at offset: Int) {
    let (high, low) = (UInt8(value >> 8), UInt8(value & 0xFF))
    (bytes[offset], bytes[offset + 1]) = isBigEndian ? (high, low) : (low, high)
  }
}
