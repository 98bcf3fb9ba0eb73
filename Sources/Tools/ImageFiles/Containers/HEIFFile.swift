/// The items of a HEIF or AVIF file (ISO/IEC 23008-12, 14496-12): what the primary picture is made
/// of and what belongs to it.
///
/// libheif before 1.19 gives neither whether alpha is premultiplied nor colours by numbers to all
/// of its callers; the boxes say it.
struct HEIFFile {
  struct Item {
    var type = ""
    var contentType = ""
    var isInFile = true
    var extents: [(offset: Int, length: Int)] = []
    /// Numbers of entries in `properties`.
    var properties: [UInt16] = []
  }

  private struct Reference {
    let type: String
    let from: Int
    let to: [Int]
  }

  let file: [UInt8]
  private let primary: Int
  /// Whether the file is a sequence of pictures too.
  let isSequence: Bool
  private let itemData: ArraySlice<UInt8>
  private(set) var items: [Int: Item] = [:]
  private var properties: [Box] = []
  private var references: [Reference] = []

  /// Parses a file; nil when it has no primary picture.
  init?(file: [UInt8]) {
    let boxes = Box.list(file[...])
    guard let meta = boxes["meta"] else { return nil }
    let parts = Box.list(meta.dropFirst(4))
    guard var primaryItem = parts["pitm"], let version = primaryItem.takeNumber(4),
      let primary = primaryItem.takeNumber(version >> 24 == 0 ? 2 : 4)
    else { return nil }
    self.file = file
    self.primary = primary
    itemData = parts["idat"] ?? []
    isSequence = boxes["moov"] != nil
    parts["iinf"].map { readItems($0) }
    parts["iloc"].map { readLocations($0) }
    parts["iref"].map { readReferences($0) }
    parts["iprp"].map { readProperties($0) }
  }
}

// MARK: - What the file says

extension HEIFFile {
  /// Whether alpha is premultiplied.
  var isPremultiplied: Bool { references.contains { $0.type == "prem" && $0.from == primary } }

  /// The colours by numbers (`nclx`), of the picture or of the first part that it is made of.
  var codePoints: CodePoints? {
    let parts =
      [primary]
      + references.filter { $0.type == "dimg" && $0.from == primary }
      .flatMap(\.to)
    return parts.lazy.compactMap { codePoints(ofItem: $0) }.first
  }

  /// Whether an ICC profile is there, which comes before colours by numbers.
  var hasProfile: Bool {
    properties(ofItem: primary, type: "colr").contains { colors in
      ["prof", "rICC"].contains { colors.starts(with: $0.utf8) }
    }
  }

  /// The EXIF block.
  var exif: [UInt8]? {
    guard var block = described(by: { $0.type == "Exif" }).map({ $0[...] }),
      let offset = block.takeNumber(4), offset < block.count
    else { return nil }
    return Array(block.dropFirst(offset))
  }

  /// The XMP packet.
  var xmp: [UInt8]? {
    described { $0.type == "mime" && $0.contentType == "application/rdf+xml" }
  }

  /// Whether a gain map is there: Apple's, or that of ISO 21496-1.
  var hasGainMap: Bool {
    items.values.contains { $0.type == "tmap" }
      || auxiliaryTypes.contains { $0.contains("gainmap") }
  }

  /// Whether a map of distances is there.
  var hasDepthMap: Bool { auxiliaryTypes.contains { $0.hasSuffix(":depth") } }

  /// Whether there is a small preview of the picture.
  var hasPreview: Bool { references.contains { $0.type == "thmb" && $0.to.contains(primary) } }

  private func described(by isBlock: (Item) -> Bool) -> [UInt8]? {
    let blocks = items.filter { isBlock($0.value) }
    let own = references.first {
      $0.type == "cdsc" && blocks[$0.from] != nil && $0.to.contains(primary)
    }
    return (own?.from ?? blocks.keys.min()).flatMap { blocks[$0] }.flatMap(bytes)
  }

  /// What an item holds, of whole extents.
  private func bytes(of item: Item) -> [UInt8]? {
    let source = item.isInFile ? file[...] : itemData
    var bytes: [UInt8] = []
    for (offset, length) in item.extents {
      guard offset <= source.count else { return nil }
      let rest = source.dropFirst(offset)
      guard length <= rest.count, bytes.count <= file.count else { return nil }
      bytes += length == 0 ? rest : rest.prefix(length)
    }
    return bytes.isEmpty ? nil : bytes
  }
}

extension HEIFFile {
  private func codePoints(ofItem id: Int) -> CodePoints? {
    properties(ofItem: id, type: "colr").lazy.compactMap { payload in
      var payload = payload
      guard payload.take(4)?.elementsEqual("nclx".utf8) == true,
        let primaries = payload.takeNumber(2), let transfer = payload.takeNumber(2)
      else { return nil }
      return CodePoints(primaries: primaries, transfer: transfer)
    }.first
  }

  /// What the auxiliary pictures of the file are for.
  private var auxiliaryTypes: [String] {
    properties.filter { $0.type == "auxC" }.map {
      String(decoding: $0.payload.dropFirst(4).prefix { $0 != 0 }, as: UTF8.self).lowercased()
    }
  }

  private func properties(ofItem id: Int, type: String) -> [ArraySlice<UInt8>] {
    let own = items[id]?.properties.map { properties[Int($0)] } ?? []
    return own.filter { $0.type == type }.map(\.payload)
  }
}

// MARK: - Reading the boxes

extension HEIFFile {
  private mutating func readItems(_ box: ArraySlice<UInt8>) {
    var rest = box
    guard let version = rest.takeNumber(4), rest.takeNumber(version >> 24 == 0 ? 2 : 4) != nil
    else { return }
    for entry in Box.list(rest) where entry.type == "infe" {
      var entry = entry.payload
      guard let version = entry.takeNumber(4).map({ $0 >> 24 }), version >= 2,
        let id = entry.takeNumber(version == 2 ? 2 : 4), entry.take(2) != nil,
        let type = entry.take(4), entry.takeText() != nil
      else { continue }
      items[id, default: Item()].type = String(decoding: type, as: UTF8.self)
      items[id]?.contentType = entry.takeText() ?? ""
    }
  }

  private mutating func readLocations(_ box: ArraySlice<UInt8>) {
    var rest = box
    guard let version = rest.takeNumber(4).map({ $0 >> 24 }), let sizes = rest.takeNumber(2),
      let count = rest.takeNumber(version < 2 ? 2 : 4)
    else { return }
    let (offsetSize, lengthSize) = (sizes >> 12, sizes >> 8 & 15)
    let (baseSize, indexSize) = (sizes >> 4 & 15, version == 0 ? 0 : sizes & 15)
    guard [offsetSize, lengthSize, baseSize, indexSize].allSatisfy({ $0 <= 8 }) else { return }
    for _ in 0..<count {
      guard let id = rest.takeNumber(version < 2 ? 2 : 4),
        let method = version == 0 ? 0 : rest.takeNumber(2), rest.take(2) != nil,
        let base = rest.takeNumber(baseSize), let extentCount = rest.takeNumber(2)
      else { return }
      items[id, default: Item()].isInFile = method & 15 == 0
      for _ in 0..<extentCount {
        guard rest.take(indexSize) != nil, let offset = rest.takeNumber(offsetSize),
          let length = rest.takeNumber(lengthSize)
        else { return }
        let (sum, overflows) = base.addingReportingOverflow(offset)
        // Extents without a length each reach to the end: more than one are no file of anybody's.
        guard !overflows, lengthSize > 0 || extentCount == 1 else { return }
        items[id]?.extents.append((sum, length))
      }
    }
  }

  private mutating func readReferences(_ box: ArraySlice<UInt8>) {
    var rest = box
    guard let version = rest.takeNumber(4) else { return }
    let size = version >> 24 == 0 ? 2 : 4
    references = Box.list(rest).compactMap { box in
      var rest = box.payload
      guard let from = rest.takeNumber(size), let count = rest.takeNumber(2) else { return nil }
      return Reference(
        type: box.type, from: from, to: (0..<count).compactMap { _ in rest.takeNumber(size) })
    }
  }

  private mutating func readProperties(_ box: ArraySlice<UInt8>) {
    let parts = Box.list(box)
    properties = parts["ipco"].map(Box.list) ?? []
    for association in parts where association.type == "ipma" {
      var rest = association.payload
      guard let version = rest.takeNumber(4), let count = rest.takeNumber(4) else { continue }
      for _ in 0..<count {
        guard let id = rest.takeNumber(version >> 24 == 0 ? 2 : 4), let links = rest.takeNumber(1)
        else { break }
        for _ in 0..<links {
          let isLong = version & 1 == 1
          guard let link = rest.takeNumber(isLong ? 2 : 1) else { break }
          // The highest bit says whether a reader must know the property.
          let index = (isLong ? link & 0x7FFF : link & 0x7F) - 1
          guard properties.indices.contains(index) else { continue }
          items[id, default: Item()].properties.append(UInt16(index))
        }
      }
    }
  }
}
