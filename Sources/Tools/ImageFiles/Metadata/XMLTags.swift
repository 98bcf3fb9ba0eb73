/// The tags of an XML text in their order, without a view of what it means; enough to take parts
/// out of an XMP packet, or put some in, and leave the rest byte for byte.
struct XMLTag {
  enum Kind {
    case opening, closing, empty
  }

  struct Attribute {
    let name: String
    let value: ArraySlice<UInt8>
    /// The attribute with the white space before it.
    let range: Range<Int>
  }

  let kind: Kind
  /// The name with its prefix.
  let name: String
  let attributes: [Attribute]
  /// From `<` to `>`.
  let range: Range<Int>

  /// The tags of a text, up to the first that is cut.
  static func list(_ text: [UInt8]) -> [XMLTag] {
    var tags: [XMLTag] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
      rest = rest[start...]
      if let end = endOfOther(rest) {
        rest = rest[end...]
        continue
      }
      guard let tag = XMLTag(rest) else { break }
      tags.append(tag)
      rest = rest[tag.range.upperBound...]
    }
    return tags
  }

  /// Where a comment, an instruction or the like ends that the text begins with; nil before a tag.
  private static func endOfOther(_ text: ArraySlice<UInt8>) -> Int? {
    for (start, end) in [("<?", "?>"), ("<!--", "-->"), ("<![CDATA[", "]]>"), ("<!", ">")]
    where text.starts(with: start.utf8) {
      return text.firstRange(of: Array(end.utf8))?.upperBound ?? text.endIndex
    }
    return nil
  }

  /// Takes the tag that a text begins with; nil when it is cut.
  private init?(_ text: ArraySlice<UInt8>) {
    var at = text.startIndex + 1
    func byte() -> UInt8 { at < text.endIndex ? text[at] : 0 }
    func skip(while isSkipped: (UInt8) -> Bool) -> ArraySlice<UInt8> {
      let start = at
      while at < text.endIndex, isSkipped(text[at]) { at += 1 }
      return text[start..<at]
    }
    let isSpace = { (byte: UInt8) in " \t\r\n".utf8.contains(byte) }
    let isOfName = { (byte: UInt8) in !" \t\r\n/>=\"'<".utf8.contains(byte) }
    let isClosing = byte() == UInt8(ascii: "/")
    if isClosing { at += 1 }
    name = String(decoding: skip(while: isOfName), as: UTF8.self)
    var attributes: [Attribute] = []
    while true {
      let start = at
      _ = skip(while: isSpace)
      let name = skip(while: isOfName)
      if name.isEmpty { break }
      _ = skip(while: isSpace)
      guard byte() == UInt8(ascii: "=") else { return nil }
      at += 1
      _ = skip(while: isSpace)
      let quote = byte()
      guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
      at += 1
      let value = skip { $0 != quote }
      guard byte() == quote else { return nil }
      at += 1
      attributes.append(
        Attribute(name: String(decoding: name, as: UTF8.self), value: value, range: start..<at))
    }
    let isEmpty = byte() == UInt8(ascii: "/")
    if isEmpty { at += 1 }
    guard byte() == UInt8(ascii: ">") else { return nil }
    self.attributes = attributes
    kind = isClosing ? .closing : isEmpty ? .empty : .opening
    range = text.startIndex..<at + 1
  }
}
