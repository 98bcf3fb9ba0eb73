/// Text that a PNG file has under keywords (PNG, third edition, 11.3.3).
struct PNGText: Hashable {
  let keyword: String
  let text: String

  /// What programs write of themselves and of their files, and metadata in the form of text, which
  /// is read elsewhere.
  fileprivate static func saysNothing(_ keyword: String) -> Bool {
    ["Software", "Creation Time", "XML:com.adobe.xmp"].contains(keyword)
      || ["date:", "png:", "Thumb::", "Raw profile type "].contains(where: keyword.hasPrefix)
  }
}

extension PNGFile {
  /// The texts that people may miss, whatever their form.
  var texts: [PNGText] {
    let plain = payloads(of: "tEXt").compactMap { payload -> PNGText? in
      var rest = payload
      guard let keyword = rest.takeText() else { return nil }
      return PNGText(keyword: keyword, text: latin(rest))
    }
    let compressed = payloads(of: "zTXt").compactMap { payload -> PNGText? in
      var rest = payload
      guard let keyword = rest.takeText(), rest.takeNumber(1) == 0,
        let text = decompressedZlib(rest)
      else { return nil }
      return PNGText(keyword: keyword, text: latin(text[...]))
    }
    let texts = plain + compressed + payloads(of: "iTXt").compactMap(international)
    return texts.filter { !PNGText.saysNothing($0.keyword) && !$0.text.isEmpty }
  }

  /// A keyword, whether and how the text is compressed, a language, the keyword in it, the text.
  private func international(_ payload: ArraySlice<UInt8>) -> PNGText? {
    var rest = payload
    guard let keyword = rest.takeText(), let isCompressed = rest.takeNumber(1),
      rest.takeNumber(1) == 0, rest.takeText() != nil, rest.takeText() != nil
    else { return nil }
    guard isCompressed == 1 else {
      return PNGText(keyword: keyword, text: String(decoding: rest, as: UTF8.self))
    }
    return decompressedZlib(rest).map {
      PNGText(keyword: keyword, text: String(decoding: $0, as: UTF8.self))
    }
  }

  private func latin(_ bytes: ArraySlice<UInt8>) -> String {
    String(String.UnicodeScalarView(bytes.map { UnicodeScalar($0) }))
  }
}
