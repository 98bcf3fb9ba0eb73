/// What the header of a JPEG XL codestream says of animation and alpha (ISO/IEC 18181-1, annex D).
///
/// libvips before 8.17 gives the last frame of an animation, and no version tells whether alpha
/// is premultiplied.
struct JPEGXLHeader {
  private(set) var isAnimated = false
  private(set) var isPremultiplied = false

  /// Reads the header; nil when the codestream does not begin with one.
  init?(codestream: ArraySlice<UInt8>) {
    guard codestream.starts(with: [0xFF, 0x0A]) else { return nil }
    // The header is short; a name of a channel has 1071 bytes at most.
    var bits = BitReader(bytes: Array(codestream.dropFirst(2).prefix(1 << 16)))
    bits.skipSize()
    // All as usual: no animation, no alpha.
    if bits.flag() { return }
    if bits.flag() { readExtraFields(&bits) }
    bits.skipBitDepth()
    _ = bits.flag()
    let channels = bits.number([.is(0), .is(1), .bits(4, 2), .bits(12, 1)])
    for _ in 0..<channels where !bits.isAtEnd { readChannel(&bits) }
  }

  private mutating func readExtraFields(_ bits: inout BitReader) {
    _ = bits.take(3)
    if bits.flag() { bits.skipSize() }
    if bits.flag() { bits.skipPreviewSize() }
    isAnimated = bits.flag()
    guard isAnimated else { return }
    _ = bits.number([.is(100), .is(1000), .bits(10, 1), .bits(30, 1)])
    _ = bits.number([.is(1), .is(1001), .bits(8, 1), .bits(10, 1)])
    _ = bits.number([.is(0), .bits(3, 0), .bits(16, 0), .bits(32, 0)])
    _ = bits.flag()
  }

  private mutating func readChannel(_ bits: inout BitReader) {
    // As usual: alpha of 8 bits, not multiplied.
    if bits.flag() { return }
    let type = bits.number([.is(0), .is(1), .bits(4, 2), .bits(6, 18)])
    bits.skipBitDepth()
    _ = bits.number([.is(0), .is(3), .is(4), .bits(3, 1)])
    let nameLength = bits.number([.is(0), .bits(4, 0), .bits(5, 16), .bits(10, 48)])
    for _ in 0..<nameLength { _ = bits.take(8) }
    switch type {
    case 0: if bits.flag() { isPremultiplied = true }
    case 2: for _ in 0..<4 { _ = bits.take(16) }
    case 5: _ = bits.number([.is(1), .bits(2, 0), .bits(4, 3), .bits(8, 19)])
    default: break
    }
  }
}

/// Reads numbers of bits, the lowest first; zeros after the end.
private struct BitReader {
  /// One of the four forms of a number (`U32`).
  enum Form {
    case `is`(Int)
    /// So many bits, and what is added to them.
    case bits(Int, Int)
  }

  let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position >= 8 * bytes.count }

  mutating func take(_ count: Int) -> Int {
    (0..<count).reduce(0) { value, bit in
      defer { position += 1 }
      guard position < 8 * bytes.count else { return value }
      return value | Int(bytes[position / 8] >> (position % 8) & 1) << bit
    }
  }

  mutating func flag() -> Bool { take(1) == 1 }

  mutating func number(_ forms: [Form]) -> Int {
    switch forms[take(2)] {
    case .is(let value): value
    case .bits(let count, let offset): take(count) + offset
    }
  }

  mutating func skipSize() {
    let isSmall = flag()
    let skipSide = { (bits: inout BitReader) in
      _ =
        isSmall
        ? bits.take(5) : bits.number([.bits(9, 1), .bits(13, 1), .bits(18, 1), .bits(30, 1)])
    }
    skipSide(&self)
    // A ratio of 0 means that the width is told.
    if take(3) == 0 { skipSide(&self) }
  }

  mutating func skipPreviewSize() {
    let isDivided = flag()
    let skipSide = { (bits: inout BitReader) in
      _ = bits.number(
        isDivided
          ? [.is(16), .is(32), .bits(5, 1), .bits(9, 33)]
          : [.bits(6, 1), .bits(8, 65), .bits(10, 321), .bits(12, 1345)])
    }
    skipSide(&self)
    if take(3) == 0 { skipSide(&self) }
  }

  mutating func skipBitDepth() {
    if flag() {
      _ = number([.is(32), .is(16), .is(24), .bits(6, 1)])
      _ = take(4)
    } else {
      _ = number([.is(8), .is(10), .is(12), .bits(6, 1)])
    }
  }
}
