/// EXIF as a tree of directories (CIPA DC-008, 4.6), to move it between an EXIF block and a TIFF
/// file, whose own directory it shares.
struct ExifTree {
  private typealias Entry = TIFFFile.Entry

  /// The directories below others: EXIF, GPS, and in EXIF interoperability.
  private static let pointers: [UInt16] = [0x8769, 0x8825, 0xA005]

  /// The entries of a first directory that tell of the picture's making, and nothing of its
  /// samples: description, maker, model, orientation, resolution, software, time, artist, host,
  /// rating, copyright, and what Windows keeps.
  private static let descriptive: Set<UInt16> = [
    0x010E, 0x010F, 0x0110, 0x0112, 0x011A, 0x011B, 0x0128, 0x0131, 0x0132, 0x013B, 0x013C, 0x4746,
    0x4749, 0x8298, 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F,
  ]
  /// Those of them that every program writes.
  private static let common: Set<UInt16> = [0x0112, 0x011A, 0x011B, 0x0128, 0x0131]

  private let isBigEndian: Bool
  private var entries: [Entry]
  private var children: [UInt16: ExifTree] = [:]

  /// Takes the entries that belong to EXIF from the first directory of a stream.
  init(_ directory: TIFFFile.Directory, of file: TIFFFile) {
    self.init(directory, of: file, depth: 0)
    entries.removeAll { !Self.descriptive.contains($0.tag) }
  }

  /// Takes an EXIF block apart, or gives nil when it cannot be understood.
  init?(block: [UInt8]) {
    guard let file = TIFFFile(block), !file.isBig, let directory = file.directories.first else {
      return nil
    }
    self.init(directory, of: file)
  }

  private init(_ directory: TIFFFile.Directory, of file: TIFFFile, depth: Int) {
    isBigEndian = directory.isBigEndian
    entries = directory.entries.filter { !Self.pointers.contains($0.tag) && $0.type <= 12 }
    guard depth < 2 else { return }
    for tag in Self.pointers {
      guard let child = file.directory(of: directory[tag]) else { continue }
      children[tag] = ExifTree(child, of: file, depth: depth + 1)
    }
  }

  /// Whether it says nothing but what every program writes.
  var isEmpty: Bool {
    children.isEmpty && entries.allSatisfy { Self.common.contains($0.tag) }
  }

  /// Whether the picture is said to be in Adobe RGB, as cameras say it without a profile (DCF 2.0).
  var isAdobeRGB: Bool {
    let index = children[0x8769]?.children[0xA005]?.entries.first { $0.tag == 1 }
    return index?.bytes.starts(with: "R03".utf8) ?? false
  }
}

// MARK: - Parts

extension ExifTree {
  /// A tree with nothing in it.
  init() { (isBigEndian, entries) = (false, []) }

  /// The samples of a printed millimetre, if they are told in inches or centimetres.
  var resolution: Resolution? {
    let fractions = [0x011A, 0x011B].map { (tag: UInt16) -> Double? in
      guard let entry = entries.first(where: { $0.tag == tag }), entry.type == 5,
        entry.bytes.count == 8
      else { return nil }
      let parts = [entry.bytes.prefix(4), entry.bytes.suffix(4)]
        .map { isBigEndian ? $0.bigEndianValue : $0.littleEndianValue }
      return parts[1] == 0 ? nil : Double(parts[0]) / Double(parts[1])
    }
    let unit = entries.first { $0.tag == 0x0128 }
      .map {
        isBigEndian ? $0.bytes.prefix(2).bigEndianValue : $0.bytes.prefix(2).littleEndianValue
      }
    guard let horizontal = fractions[0], let vertical = fractions[1] ?? fractions[0] else {
      return nil
    }
    // Without a unit it is the inch (CIPA DC-008, 4.6.5).
    guard let length = [2: 25.4, 3: 10][unit ?? 2], min(horizontal, vertical) > 0 else {
      return nil
    }
    return Resolution(horizontal: horizontal / length, vertical: vertical / length)
  }

  /// The tree with a resolution: in inches where these give whole numbers, and in centimetres
  /// otherwise.
  func adding(_ resolution: Resolution) -> ExifTree {
    let sides = [resolution.horizontal, resolution.vertical]
    let isInInches = sides.allSatisfy { abs($0 * 25.4 - ($0 * 25.4).rounded()) < 0.02 }
    let fractions = sides.map { side in
      isInInches
        ? [(side * 25.4).rounded(), 1] : [(side * 1000).rounded(), 100]
    }
    var tree = self
    tree.entries.removeAll { [0x011A, 0x011B, 0x0128].contains($0.tag) }
    func number(_ value: some FixedWidthInteger) -> [UInt8] {
      Self.bytes(value, isBigEndian: isBigEndian)
    }
    for (tag, fraction) in zip([0x011A, 0x011B] as [UInt16], fractions) {
      tree.entries.append(
        Entry(
          tag: tag, type: 5, count: 1,
          bytes: fraction.flatMap { number(UInt32(min($0, 4e9))) }[...]))
    }
    tree.entries.append(
      Entry(tag: 0x0128, type: 3, count: 1, bytes: number(UInt16(isInInches ? 2 : 3))[...]))
    return tree
  }

  /// Whether an entry or a directory with a tag is anywhere in the tree.
  func contains(_ tag: UInt16) -> Bool {
    children[tag] != nil || entries.contains { $0.tag == tag }
      || children.values.contains { $0.contains(tag) }
  }

  /// The tree without the entries and directories whose tags are chosen.
  func removing(where isChosen: (UInt16) -> Bool) -> ExifTree {
    var tree = self
    tree.entries.removeAll { isChosen($0.tag) }
    tree.children = children.filter { !isChosen($0.key) }.mapValues { $0.removing(where: isChosen) }
    return tree
  }

  /// Whether it has nothing but texts of spaces, as some cameras write them.
  var isBlank: Bool {
    children.isEmpty
      && entries.allSatisfy { $0.type == 2 && $0.bytes.allSatisfy { $0 == 0 || $0 == 32 } }
  }
}

// MARK: - Writing

extension ExifTree {
  /// The tree as an EXIF block; nil when it is too large to be one.
  var block: [UInt8]? {
    let header: [UInt8] =
      isBigEndian ? [0x4D, 0x4D, 0, 42, 0, 0, 0, 8] : [0x49, 0x49, 42, 0, 8, 0, 0, 0]
    guard byteCount < 1 << 26 else { return nil }
    return header + directory(at: 8, isBigEndian: isBigEndian)
  }

  /// A TIFF file with the tree's entries put in, or nil when that cannot be: the new first
  /// directory stands at the end, and the entries that were there keep their places.
  func inserted(into file: [UInt8]) -> [UInt8]? {
    guard let tiff = TIFFFile(file), !tiff.isBig, file.count < 1 << 31, byteCount < 1 << 26 else {
      return nil
    }
    guard let directory = tiff.directories.first else { return nil }
    let isBigEndian = tiff.isBigEndian
    let word = { (offset: Int) in
      let bytes = file[offset..<offset + 4]
      return isBigEndian ? bytes.bigEndianValue : bytes.littleEndianValue
    }
    let old = word(4)
    guard old + 2 <= file.count else { return nil }
    let countBytes = file[old..<old + 2]
    let count = isBigEndian ? countBytes.bigEndianValue : countBytes.littleEndianValue
    guard count == directory.entries.count, old + 6 + 12 * count <= file.count else { return nil }
    let fields = (0..<count).map { Array(file[old + 2 + 12 * $0..<old + 14 + 12 * $0]) }
    let kept = Dictionary(
      zip(directory.entries.map(\.tag), fields), uniquingKeysWith: { first, _ in first })
    var result = file + (file.count.isMultiple(of: 2) ? [] : [0])
    let start = UInt32(result.count)
    result += self.directory(
      at: result.count, isBigEndian: isBigEndian, kept: kept, next: word(old + 2 + 12 * count))
    result.replaceSubrange(4..<8, with: Self.bytes(start, isBigEndian: isBigEndian))
    return result
  }

  private var byteCount: Int {
    entries.reduce(6) { $0 + 12 + $1.bytes.count + 1 }
      + children.values.reduce(0) { $0 + $1.byteCount }
  }

  /// The directory, the values that its fields do not hold, and the directories below.
  ///
  /// - Parameters:
  ///   - offset: Where in the stream it will stand, an even number.
  ///   - kept: Fields of 12 bytes to keep as they are, by their tags.
  ///   - next: The offset of the directory that follows it in the chain.
  private func directory(
    at offset: Int, isBigEndian: Bool, kept: [UInt16: [UInt8]] = [:], next: Int = 0
  ) -> [UInt8] {
    let own = Dictionary(entries.map { ($0.tag, $0) }, uniquingKeysWith: { first, _ in first })
      .filter { kept[$0.key] == nil }
    let tags = Set(own.keys).union(children.keys).union(kept.keys).sorted()
    let number = { (value: UInt32) in Self.bytes(value, isBigEndian: isBigEndian) }
    let short = { (value: UInt16) in Self.bytes(value, isBigEndian: isBigEndian) }
    var table = short(UInt16(tags.count))
    var values: [UInt8] = []
    let end = offset + 2 + 12 * tags.count + 4
    for tag in tags {
      if let child = children[tag] {
        table += short(tag) + short(4) + number(1) + number(UInt32(end + values.count))
        values += child.directory(at: end + values.count, isBigEndian: isBigEndian)
      } else if let entry = own[tag] {
        let bytes = Self.values(of: entry, isSwapped: isBigEndian != self.isBigEndian)
        table += short(tag) + short(entry.type) + number(UInt32(entry.count))
        table +=
          bytes.count <= 4
          ? bytes + [UInt8](repeating: 0, count: 4 - bytes.count)
          : number(UInt32(end + values.count))
        if bytes.count > 4 { values += bytes + (bytes.count.isMultiple(of: 2) ? [] : [0]) }
      } else {
        table += kept[tag]!
      }
    }
    return table + number(UInt32(next)) + values
  }

  /// The values of an entry, each number in the other byte order if they are swapped.
  private static func values(of entry: Entry, isSwapped: Bool) -> [UInt8] {
    // The two numbers of a fraction are swapped each.
    let sizes: [UInt16: Int] = [3: 2, 8: 2, 4: 4, 9: 4, 5: 4, 10: 4, 11: 4, 12: 8]
    guard isSwapped, let size = sizes[entry.type] else { return Array(entry.bytes) }
    return stride(from: 0, to: entry.bytes.count, by: size).flatMap {
      entry.bytes.dropFirst($0).prefix(size).reversed()
    }
  }

  private static func bytes(
    _ value: some FixedWidthInteger, isBigEndian: Bool
  ) -> [UInt8] {
    isBigEndian ? value.bigEndianBytes : value.littleEndianBytes
  }
}
