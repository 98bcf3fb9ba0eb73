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
    if packet.isEmpty { return other }
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
    removeProperties { $0 == namespace && isChosen($1) }
  }

  /// Removes the properties, attributes and elements at any depth, that are chosen by namespace and
  /// name without prefix.
  mutating func removeProperties(where isChosen: (_ namespace: String, _ name: String) -> Bool) {
    let tags = XMLTag.list(bytes)
    let namespaces = Self.namespaces(in: tags)
    func isProperty(_ name: String) -> Bool { namespaces.matches(name, isChosen) }
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

  /// The packet with those properties alone that are chosen by namespace and name without prefix,
  /// or nil if it has none. Nothing else of it is left, nor the room that writers leave for more.
  func keepingProperties(
    where isChosen: (_ namespace: String, _ name: String) -> Bool
  ) -> XMPPacket? {
    let tags = XMLTag.list(bytes)
    let namespaces = Self.namespaces(in: tags)
    var (attributes, elements): ([UInt8], [UInt8]) = ([], [])
    var path: [String] = []
    var start: Int?
    for tag in tags {
      if tag.kind == .closing {
        if path.last == tag.name { path.removeLast() }
        if let first = start, path.last == "rdf:Description", path.dropLast().last == "rdf:RDF" {
          elements += bytes[first..<tag.range.upperBound]
          start = nil
        }
        continue
      }
      if path.last == "rdf:RDF", tag.name == "rdf:Description" {
        for attribute in tag.attributes where namespaces.matches(attribute.name, isChosen) {
          attributes += bytes[attribute.range]
        }
      }
      let isTop = path.last == "rdf:Description" && path.dropLast().last == "rdf:RDF"
      if isTop, namespaces.matches(tag.name, isChosen) {
        if tag.kind == .empty { elements += bytes[tag.range] } else { start = tag.range.lowerBound }
      }
      if tag.kind == .opening { path.append(tag.name) }
    }
    if attributes.isEmpty && elements.isEmpty { return nil }
    return XMPPacket(
      attributes: attributes, elements: elements,
      namespaces: namespaces.filter { (attributes + elements).contains(prefix: $0.key) })
  }

  private init(attributes: [UInt8], elements: [UInt8], namespaces: [String: Set<String>]) {
    var namespaces = namespaces
    namespaces["rdf"] = ["http://www.w3.org/1999/02/22-rdf-syntax-ns#"]
    let declarations = namespaces.sorted { $0.key < $1.key }.map { prefix, names in
      " xmlns:\(prefix)=\"\(names.sorted()[0])\""
    }
    self.init(
      Array("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF\(declarations.joined())>".utf8)
        + Array("<rdf:Description rdf:about=\"\"".utf8) + attributes + Array(">".utf8) + elements
        + Array("</rdf:Description></rdf:RDF></x:xmpmeta>".utf8))
  }

  /// The prefixes that stand for a namespace.
  private static func prefixes(of namespace: String, in tags: [XMLTag]) -> Set<String> {
    Set(namespaces(in: tags).filter { $0.value.contains(namespace) }.map(\.key))
  }

  /// The namespaces that each prefix stands for: one, if the packet is like most.
  private static func namespaces(in tags: [XMLTag]) -> [String: Set<String>] {
    tags.flatMap(\.attributes).filter { $0.name.hasPrefix("xmlns:") }
      .reduce(into: [:]) { namespaces, declaration in
        namespaces[String(declaration.name.dropFirst("xmlns:".count)), default: []]
          .insert(String(decoding: declaration.value, as: UTF8.self))
      }
  }

  /// Whether the packet has no properties.
  var isEmpty: Bool { XMLTag.list(bytes).allSatisfy(\.saysNothing) }

  /// Whether the packet has properties of a namespace, not only a prefix for it.
  func hasProperties(of namespace: String, where isChosen: (String) -> Bool = { _ in true }) -> Bool
  {
    var packet = self
    packet.removeProperties(of: namespace, where: isChosen)
    return packet.bytes.count < bytes.count
  }
}

// MARK: - Announcements

// What announces parts of a file that are beside its picture, none of which a picture of its own
// has: gain maps (Adobe's, Android's and Apple's properties) and videos (Android's).
extension XMPPacket {
  private static let gainMaps = [
    "http://ns.adobe.com/hdr-gain-map/1.0/", "http://ns.apple.com/HDRGainMap/1.0/",
  ]
  private static let camera = "http://ns.google.com/photos/1.0/camera/"
  private static let directory = "http://ns.google.com/photos/1.0/container/"

  private static func isOfVideo(_ property: String) -> Bool {
    property.hasPrefix("MotionPhoto") || property.hasPrefix("MicroVideo")
  }

  var announcesGainMap: Bool { Self.gainMaps.contains { hasProperties(of: $0) } }

  var announcesVideo: Bool { hasProperties(of: Self.camera, where: Self.isOfVideo) }

  /// The packet without announcements, or nil if it has nothing else.
  var withoutAnnouncements: XMPPacket? {
    guard announcesGainMap || announcesVideo else { return self }
    var packet = self
    for namespace in Self.gainMaps + [Self.directory] {
      packet.removeProperties(of: namespace) { _ in true }
    }
    packet.removeProperties(of: Self.camera, where: Self.isOfVideo)
    return packet.isEmpty ? nil : packet
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

extension [String: Set<String>] {
  /// Whether a name with a prefix is chosen by namespace and name without prefix.
  fileprivate func matches(_ name: String, _ isChosen: (String, String) -> Bool) -> Bool {
    guard let colon = name.firstIndex(of: ":"), let namespaces = self[String(name[..<colon])] else {
      return false
    }
    return namespaces.contains { isChosen($0, String(name[name.index(after: colon)...])) }
  }
}

extension [UInt8] {
  fileprivate func contains(prefix: String) -> Bool {
    firstRange(of: Array((prefix + ":").utf8)) != nil
  }
}
