extension XMPPacket {
  /// The properties that hold what PNG has under keywords, and how: as a list of makers, or as a
  /// text in a language.
  private static let propertiesOfKeywords = [
    "Title": ("title", "Alt"), "Author": ("creator", "Seq"), "Description": ("description", "Alt"),
    "Copyright": ("rights", "Alt"),
  ]

  /// A packet of the texts that XMP has properties for (XMP, part 3, 2.4), or nil if none is.
  init?(_ texts: [TextEntry]) {
    let properties = Self.propertiesOfKeywords.sorted { $0.key < $1.key }
      .compactMap { keyword, property -> String? in
        guard let text = texts.first(where: { $0.keyword == keyword })?.text else { return nil }
        let (name, list) = property
        let language = list == "Alt" ? " xml:lang=\"x-default\"" : ""
        return "<dc:\(name)><rdf:\(list)><rdf:li\(language)>\(Self.escaped(text))</rdf:li>"
          + "</rdf:\(list)></dc:\(name)>"
      }
    if properties.isEmpty { return nil }
    self.init(
      Array(
        ("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
          + "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
          + "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
          + properties.joined() + "</rdf:Description></rdf:RDF></x:xmpmeta>").utf8))
  }

  /// Whether the packet holds a text, perhaps among others.
  func holds(_ text: TextEntry) -> Bool {
    bytes.firstRange(of: Array(Self.escaped(text.text).utf8)) != nil
  }

  /// Text as XML has it; control characters, which XML has not, are left out.
  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { escaped, scalar in
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\n", "\t": escaped.unicodeScalars.append(scalar)
      case _ where scalar.value < 32: break
      default: escaped.unicodeScalars.append(scalar)
      }
    }
  }
}
