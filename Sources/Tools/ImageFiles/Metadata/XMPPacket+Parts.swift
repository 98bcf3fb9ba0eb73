extension XMPPacket {
  private static let noteNamespace = "http://ns.adobe.com/xmp/note/"

  /// A packet that only names its extension (XMP, part 3, 1.1.3.1).
  init(naming digest: String) {
    self.init(
      Array(
        ("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
          + "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
          + "<rdf:Description rdf:about=\"\" xmlns:xmpNote=\"\(Self.noteNamespace)\" "
          + "xmpNote:HasExtendedXMP=\"\(digest)\"/></rdf:RDF></x:xmpmeta>").utf8))
  }

  /// The digest by which the packet names its extension.
  var extensionDigest: String? {
    guard bytes.firstRange(of: Array("HasExtendedXMP".utf8)) != nil else { return nil }
    let tags = XMLTag.list(bytes)
    let names = Self.prefixes(of: Self.noteNamespace, in: tags).map { $0 + ":HasExtendedXMP" }
    for (index, tag) in tags.enumerated() {
      if let attribute = tag.attributes.first(where: { names.contains($0.name) }) {
        return String(decoding: attribute.value, as: UTF8.self)
      }
      if tag.kind == .opening, names.contains(tag.name), index + 1 < tags.count {
        let text = bytes[tag.range.upperBound..<tags[index + 1].range.lowerBound]
        return String(decoding: text, as: UTF8.self)
      }
    }
    return nil
  }

  /// The packet with the properties of its extension, if that is there, and no longer naming it.
  func merging(_ other: XMPPacket?) -> XMPPacket {
    var packet = self
    packet.removeProperties(of: Self.noteNamespace) { $0 == "HasExtendedXMP" }
    guard let other else { return packet }
    let (tags, otherTags) = (XMLTag.list(packet.bytes), XMLTag.list(other.bytes))
    if tags.allSatisfy(\.saysNothing) { return other }
    guard let opening = tags.first(where: { $0.isRDF(.opening) }),
      let closing = tags.last(where: { $0.isRDF(.closing) })
    else { return packet }
    guard let otherOpening = otherTags.first(where: { $0.isRDF(.opening) }),
      let otherClosing = otherTags.last(where: { $0.isRDF(.closing) })
    else { return packet }
    let declared = Set(
      tags.prefix { $0.range.lowerBound <= opening.range.lowerBound }
        .flatMap(\.attributes).map(\.name))
    let declarations = otherTags.prefix { $0.range.lowerBound <= otherOpening.range.lowerBound }
      .flatMap(\.attributes)
      .filter { $0.name.hasPrefix("xmlns:") && !declared.contains($0.name) }
      .flatMap { other.bytes[$0.range] }
    let end = opening.range.upperBound - 1
    let head = packet.bytes[..<end] + declarations
    let own = packet.bytes[end..<closing.range.lowerBound]
    let added = other.bytes[otherOpening.range.upperBound..<otherClosing.range.lowerBound]
    return XMPPacket(Array(head + own + added + packet.bytes[closing.range.lowerBound...]))
  }

  /// Removes the properties of a namespace whose names without prefix are chosen, attributes and
  /// elements.
  mutating func removeProperties(of namespace: String, where isChosen: (String) -> Bool) {
    guard bytes.firstRange(of: Array(namespace.utf8)) != nil else { return }
    let tags = XMLTag.list(bytes)
    let prefixes = Self.prefixes(of: namespace, in: tags)
    func isProperty(_ name: String) -> Bool {
      guard let colon = name.firstIndex(of: ":") else { return false }
      return prefixes.contains(String(name[..<colon]))
        && isChosen(String(name[name.index(after: colon)...]))
    }
    var removed: [Range<Int>] = []
    var open: (name: String, start: Int, depth: Int)?
    for tag in tags {
      if let element = open {
        guard tag.name == element.name, tag.kind != .empty else { continue }
        open?.depth += tag.kind == .opening ? 1 : -1
        if open?.depth == 0 {
          removed.append(element.start..<tag.range.upperBound)
          open = nil
        }
      } else if isProperty(tag.name) {
        switch tag.kind {
        case .opening: open = (tag.name, tag.range.lowerBound, 1)
        case .empty: removed.append(tag.range)
        case .closing: break
        }
      } else {
        removed += tag.attributes.filter { isProperty($0.name) }.map(\.range)
      }
    }
    var kept: [UInt8] = []
    var start = 0
    for range in removed {
      kept += bytes[start..<range.lowerBound]
      start = range.upperBound
    }
    bytes = kept + bytes[start...]
  }

  /// The prefixes that stand for a namespace.
  private static func prefixes(of namespace: String, in tags: [XMLTag]) -> Set<String> {
    Set(
      tags.flatMap(\.attributes)
        .filter { $0.name.hasPrefix("xmlns:") && $0.value.elementsEqual(namespace.utf8) }
        .map { String($0.name.dropFirst("xmlns:".count)) })
  }

  /// Whether the packet has properties of a namespace, not only a prefix for it.
  func hasProperties(of namespace: String, where isChosen: (String) -> Bool = { _ in true }) -> Bool
  {
    var packet = self
    packet.removeProperties(of: namespace, where: isChosen)
    return packet.bytes.count < bytes.count
  }
}

extension XMLTag {
  /// Whether the tag is only one of those around properties.
  fileprivate var saysNothing: Bool {
    ["x:xmpmeta", "rdf:RDF", "rdf:Description"].contains(name)
      && attributes.allSatisfy {
        $0.name.hasPrefix("xmlns:") || $0.name == "rdf:about" || $0.name == "x:xmptk"
      }
  }

  fileprivate func isRDF(_ kind: Kind) -> Bool { self.kind == kind && name == "rdf:RDF" }
}
