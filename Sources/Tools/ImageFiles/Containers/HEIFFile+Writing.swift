extension HEIFFile {
  /// The file with an EXIF block byte for byte in place of the one that is there, or without one.
  ///
  /// libvips writes EXIF anew through libexif, and makes one up where there is none. Nothing that
  /// is kept moves, so that all offsets stay right. Nil for a file of another make than libheif's.
  func replacingExif(with exif: [UInt8]?) -> [UInt8]? {
    guard let id = items.first(where: { $0.value.type == "Exif" })?.key else {
      return exif == nil ? file : nil
    }
    guard let exif else { return removing(id) }
    // Four bytes say how far from there the block begins.
    return replacing(id, with: [0, 0, 0, 0] + exif)
  }

  /// The file with an item's bytes replaced: where they were, or, if they are more, at the end.
  private func replacing(_ id: Int, with bytes: [UInt8]) -> [UInt8]? {
    guard let item = items[id], item.isInFile, item.extents.count == 1,
      let (start, length) = item.extents.first, start + length <= file.count
    else { return nil }
    var result = file
    var place = start
    if bytes.count <= length {
      result.replaceSubrange(start..<start + bytes.count, with: bytes)
    } else {
      result += Box("mdat", bytes).bytes
      place = result.count - bytes.count
    }
    return withMeta(of: result) { boxes in
      guard let index = boxes.firstIndex(where: { $0.type == "iloc" }),
        var locations = ItemLocations(boxes[index].payload)
      else { return false }
      guard locations.move(id, to: place, length: bytes.count) else { return false }
      boxes[index] = Box("iloc", locations.payload)
      return true
    }
  }

  /// The file without an item: the box `meta` keeps its length by a free one in it.
  private func removing(_ id: Int) -> [UInt8]? {
    withMeta(of: file) { boxes in
      let count = boxes.bytes.count
      for (index, box) in boxes.enumerated() {
        switch box.type {
        case "iinf": boxes[index] = Self.removing(id, fromItems: box) ?? box
        case "iloc":
          guard var locations = ItemLocations(box.payload) else { return false }
          locations.entries.removeAll { $0.id == id }
          boxes[index] = Box("iloc", locations.payload)
        case "iref":
          let kept = Box.list(box.payload.dropFirst(4)).filter {
            $0.payload.prefix(box.payload.first == 0 ? 2 : 4).bigEndianValue != id
          }
          boxes[index] = Box("iref", box.payload.prefix(4) + kept.bytes)
        default: break
        }
      }
      boxes.removeAll { $0.type == "iref" && $0.payload.count == 4 }
      let rest = count - boxes.bytes.count
      guard rest >= 8 else { return false }
      boxes.append(Box("free", [UInt8](repeating: 0, count: rest - 8)))
      return true
    }
  }

  private static func removing(_ id: Int, fromItems box: Box) -> Box? {
    let size = box.payload.first == 0 ? 2 : 4
    let kept = Box.list(box.payload.dropFirst(4 + size)).filter { entry in
      let idSize = entry.payload.first == 2 ? 2 : 4
      return entry.payload.dropFirst(4).prefix(idSize).bigEndianValue != id
    }
    let count = UInt32(kept.count).bigEndianBytes.suffix(size)
    return Box("iinf", Array(box.payload.prefix(4)) + count + kept.bytes)
  }

  /// A file with the boxes in `meta` changed, to as many bytes as before; nil when they cannot be.
  private func withMeta(of file: [UInt8], _ change: (inout [Box]) -> Bool) -> [UInt8]? {
    var boxes = Box.list(file[...])
    guard let index = boxes.firstIndex(where: { $0.type == "meta" }) else { return nil }
    let meta = boxes[index].payload
    var parts = Box.list(meta.dropFirst(4))
    guard change(&parts) else { return nil }
    let changed = Array(meta.prefix(4)) + parts.bytes
    guard changed.count == meta.count else { return nil }
    boxes[index] = Box("meta", changed)
    let result = boxes.bytes
    return result.count == file.count ? result : nil
  }
}

/// Where items are (`iloc`, ISO/IEC 14496-12, 8.11.3), with fields as wide as they were.
private struct ItemLocations {
  struct Entry {
    let id: Int
    var bytes: ArraySlice<UInt8>
    /// Where the base is that offsets of extents count from, from the entry's start.
    let base: Range<Int>
    /// Where the only extent is; nil when there is none or several.
    let extent: Int?
  }

  private let head: ArraySlice<UInt8>
  private let countSize: Int
  private let offsetSize: Int
  private let lengthSize: Int
  var entries: [Entry] = []

  init?(_ payload: ArraySlice<UInt8>) {
    var rest = payload
    guard let version = rest.takeNumber(4).map({ $0 >> 24 }), let sizes = rest.takeNumber(2) else {
      return nil
    }
    head = payload.prefix(6)
    countSize = version < 2 ? 2 : 4
    offsetSize = sizes >> 12
    lengthSize = sizes >> 8 & 15
    let (baseSize, indexSize) = (sizes >> 4 & 15, version == 0 ? 0 : sizes & 15)
    guard let count = rest.takeNumber(countSize) else { return nil }
    for _ in 0..<count {
      let start = rest
      let before = (version == 0 ? 0 : 2) + 2
      guard let id = rest.takeNumber(countSize), rest.take(before) != nil,
        rest.take(baseSize) != nil, let extents = rest.takeNumber(2),
        rest.take(extents * (indexSize + offsetSize + lengthSize)) != nil
      else { return nil }
      let base = countSize + before..<countSize + before + baseSize
      entries.append(
        Entry(
          id: id, bytes: start.prefix(start.count - rest.count), base: base,
          extent: extents == 1 ? base.upperBound + 2 + indexSize : nil))
    }
  }

  /// Says that an item is elsewhere; false when its fields cannot hold it.
  mutating func move(_ id: Int, to offset: Int, length: Int) -> Bool {
    guard let index = entries.firstIndex(where: { $0.id == id }),
      let extent = entries[index].extent, offsetSize >= 4, lengthSize >= 4
    else { return false }
    let fields =
      UInt64(offset).bigEndianBytes.suffix(offsetSize)
      + UInt64(length).bigEndianBytes.suffix(lengthSize)
    var bytes = Array(entries[index].bytes)
    for position in entries[index].base { bytes[position] = 0 }
    bytes.replaceSubrange(extent..<extent + fields.count, with: fields)
    entries[index].bytes = bytes[...]
    return true
  }

  var payload: [UInt8] {
    Array(head) + UInt32(entries.count).bigEndianBytes.suffix(countSize)
      + entries.flatMap(\.bytes)
  }
}
