/// What a chunk holds: an ASCII letter, upper case for those that a decoder must understand.
package struct ChunkType: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let iccProfile = ChunkType(rawValue: UInt8(ascii: "i"))
  package static let exif = ChunkType(rawValue: UInt8(ascii: "e"))
  package static let xmp = ChunkType(rawValue: UInt8(ascii: "x"))
  package static let alpha = ChunkType(rawValue: UInt8(ascii: "A"))
  package static let latents = ChunkType(rawValue: UInt8(ascii: "L"))

  package static let known: [ChunkType] = [.iccProfile, .exif, .xmp, .alpha, .latents]

  /// Whether a decoder must understand the chunk.
  package var isRequired: Bool { rawValue & 0x20 == 0 }

  var isLetter: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(rawValue & ~0x20) }

  /// The letter, and for a known type what it stands for.
  package var description: String {
    let letter = "'\(Character(UnicodeScalar(rawValue)))'"
    return name.map { "\(letter) (\($0))" } ?? letter
  }

  private var name: String? {
    switch self {
    case .iccProfile: "colour profile"
    case .exif: "EXIF"
    case .xmp: "XMP"
    case .alpha: "alpha"
    case .latents: "latents"
    default: nil
    }
  }
}

/// A chunk of a file, by its place in the bytes.
package struct Chunk: Sendable, Hashable {
  package let type: ChunkType
  /// How much of a chunk there is.
  package enum Condition: Sendable, Hashable {
    /// All of it, and its check value is right.
    case intact
    /// All of it, but its check value is wrong.
    case damaged
    /// Bytes of its payload or of its check value have not arrived.
    case cut
  }

  /// Where the payload is; shorter than announced in a cut file.
  package let payload: Range<Int>
  /// The number of bytes that the payload should have.
  package let announcedSize: Int
  package let condition: Condition

  package init(type: ChunkType, payload: Range<Int>, announcedSize: Int, condition: Condition) {
    self.type = type
    self.payload = payload
    self.announcedSize = announcedSize
    self.condition = condition
  }
}
