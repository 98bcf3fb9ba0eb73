/// A GIF file as its blocks (GIF89a).
struct GIFFile {
  /// The comments that are more than the name of a program, up to where the file is damaged.
  private(set) var comments: [TextEntry] = []

  private static let (image, extensions, comment) = (0x2C, 0x21, 0xFE)

  init(_ file: [UInt8]) {
    var rest = file[...]
    // Signature and size; flags, background and aspect; colours.
    guard rest.take(10) != nil, let flags = rest.takeNumber(1), rest.take(2) != nil,
      rest.take(Self.colorTableLength(flags)) != nil
    else { return }
    while let kind = rest.takeNumber(1) {
      switch kind {
      case Self.extensions:
        guard let label = rest.takeNumber(1), let data = Self.takeData(&rest) else { return }
        guard label == Self.comment, let text = TextEntry(comment: data) else { continue }
        comments.append(text)
      case Self.image:
        // Place and size, flags, colours, the bits of a code.
        guard rest.take(8) != nil, let flags = rest.takeNumber(1),
          rest.take(Self.colorTableLength(flags) + 1) != nil, Self.takeData(&rest) != nil
        else { return }
      default: return
      }
    }
  }

  private static func colorTableLength(_ flags: Int) -> Int {
    flags & 0x80 == 0 ? 0 : 3 << (flags & 7 + 1)
  }

  /// Takes pieces of up to 255 bytes, each with its length, up to one of none.
  private static func takeData(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    var data: [UInt8] = []
    while let length = rest.takeNumber(1), let piece = rest.take(length) {
      if length == 0 { return data }
      data += piece
    }
    return nil
  }
}
