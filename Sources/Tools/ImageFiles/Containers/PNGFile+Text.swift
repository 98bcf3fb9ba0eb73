extension PNGFile {
  /// The texts that people may miss, whatever their form.
  var texts: [TextEntry] {
    let plain = payloads(of: "tEXt").compactMap { payload -> TextEntry? in
      var rest = payload
      guard let keyword = rest.takeText() else { return nil }
      return TextEntry(keyword: keyword, text: latin(rest))
    }
    let compressed = payloads(of: "zTXt").compactMap { payload -> TextEntry? in
      var rest = payload
      guard let keyword = rest.takeText(), rest.takeNumber(1) == 0,
        let text = decompressedZlib(rest)
      else { return nil }
      return TextEntry(keyword: keyword, text: latin(text[...]))
    }
    let texts = plain + compressed + payloads(of: "iTXt").compactMap(international)
    return texts.filter { !TextEntry.saysNothing($0.keyword) && !$0.text.isEmpty }
  }

  /// A keyword, whether and how the text is compressed, a language, the keyword in it, the text.
  private func international(_ payload: ArraySlice<UInt8>) -> TextEntry? {
    var rest = payload
    guard let keyword = rest.takeText(), let isCompressed = rest.takeNumber(1),
      rest.takeNumber(1) == 0, rest.takeText() != nil, rest.takeText() != nil
    else { return nil }
    guard isCompressed == 1 else {
      return TextEntry(keyword: keyword, text: String(decoding: rest, as: UTF8.self))
    }
    return decompressedZlib(rest).map {
      TextEntry(keyword: keyword, text: String(decoding: $0, as: UTF8.self))
    }
  }

  private func latin(_ bytes: ArraySlice<UInt8>) -> String {
    String(String.UnicodeScalarView(bytes.map { UnicodeScalar($0) }))
  }
}
