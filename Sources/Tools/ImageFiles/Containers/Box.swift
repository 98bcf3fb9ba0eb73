/// A box, of which JPEG 2000, JPEG XL, HEIF and AVIF files are made (ISO/IEC 14496-12, 4.2): its
/// type of four letters and what it holds.
struct Box: Hashable {
  var type: String
  var payload: ArraySlice<UInt8>

  init(_ type: String, _ payload: [UInt8]) {
    self.type = type
    self.payload = payload[...]
  }

  /// Parses a box: its length in 32 bits, its type, when the length is 1 a length in 64 bits, and
  /// the payload. The length counts all that; 0 means the rest of the bytes.
  init?(takingFrom rest: inout ArraySlice<UInt8>) {
    guard rest.count >= 8 else { return nil }
    type = String(decoding: rest.dropFirst(4).prefix(4), as: UTF8.self)
    var length = UInt64(rest.prefix(4).bigEndianValue)
    var header = 8
    if length == 1 && rest.count >= 16 {
      length = rest.dropFirst(8).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
      header = 16
    } else if length == 0 {
      length = UInt64(rest.count)
    }
    guard length >= header, length <= rest.count else { return nil }
    payload = rest.prefix(Int(length)).dropFirst(header)
    rest = rest.dropFirst(Int(length))
  }

  /// The boxes that follow one another, up to the first damaged one.
  static func list(_ bytes: ArraySlice<UInt8>) -> [Box] {
    var rest = bytes
    var boxes: [Box] = []
    while let box = Box(takingFrom: &rest) { boxes.append(box) }
    return boxes
  }

  /// The box as it stands in a file.
  var bytes: [UInt8] {
    let length = payload.count + 8
    let isLong = length > UInt32.max
    return (isLong ? 1 : UInt32(length)).bigEndianBytes + Array(type.utf8)
      + (isLong ? UInt64(length + 8).bigEndianBytes : []) + payload
  }
}

extension [Box] {
  /// The payload of the first box of a type.
  subscript(type: String) -> ArraySlice<UInt8>? { first { $0.type == type }?.payload }

  /// The boxes one after another.
  var bytes: [UInt8] { flatMap(\.bytes) }
}
