/// A TIFF stream as its directories (TIFF 6.0, section 2; also BigTIFF, whose offsets have 64
/// bits): a TIFF file, an EXIF block, or the index of a JPEG file's pictures.
struct TIFFFile {
  /// One value or several of one type, under a number.
  struct Entry {
    let tag: UInt16
    let type: UInt16
    let count: Int
    /// The values in the byte order of the stream.
    let bytes: ArraySlice<UInt8>
  }

  /// A list of entries.
  struct Directory {
    var isBigEndian: Bool
    var entries: [Entry]

    subscript(tag: UInt16) -> Entry? { entries.first { $0.tag == tag } }
  }

  private let bytes: [UInt8]
  let isBigEndian: Bool
  /// Whether offsets have 64 bits.
  let isBig: Bool
  /// The directories that are chained at the top, up to the first damaged one.
  private(set) var directories: [Directory] = []

  /// Parses a stream; nil if it is none.
  init?(_ bytes: [UInt8]) {
    if bytes.starts(with: "II".utf8) {
      isBigEndian = false
    } else if bytes.starts(with: "MM".utf8) {
      isBigEndian = true
    } else {
      return nil
    }
    self.bytes = bytes
    let mark = bytes.dropFirst(2).prefix(2)
    let version = isBigEndian ? mark.bigEndianValue : mark.littleEndianValue
    guard version == 42 || version == 43 else { return nil }
    isBig = version == 43
    var next = number(at: isBig ? 8 : 4, size: offsetSize) ?? 0
    // As many entries as anybody has, so that a loop ends.
    var count = 0
    while next > 0, count < 1 << 18, let directory = read(at: next, next: &next) {
      directories.append(directory)
      count += directory.entries.count + 1
    }
  }

  private var offsetSize: Int { isBig ? 8 : 4 }

  /// The directory that an entry of another points to.
  func directory(of entry: Entry?) -> Directory? {
    guard let entry, entry.count == 1, let offset = values(of: entry).first else { return nil }
    var next = 0
    return read(at: offset, next: &next)
  }

  /// The whole numbers of an entry; none when it has others.
  func values(of entry: Entry) -> [Int] {
    guard [1, 3, 4, 13, 16, 18].contains(entry.type) else { return [] }
    let size = entry.bytes.count / max(1, entry.count)
    return (0..<entry.count).map { index in
      let value = entry.bytes.dropFirst(index * size).prefix(size)
      return isBigEndian ? value.bigEndianValue : value.littleEndianValue
    }
  }

  /// The fractions of an entry, as whole numbers; none when it has others.
  private func fractions(of entry: Entry) -> [Int] {
    guard entry.type == 5 else { return [] }
    return stride(from: 0, to: entry.bytes.count, by: 8).map { start in
      let parts = [start, start + 4].map { entry.bytes.dropFirst($0).prefix(4) }
        .map { isBigEndian ? $0.bigEndianValue : $0.littleEndianValue }
      return parts[1] == 0 ? 0 : parts[0] / parts[1]
    }
  }

  private func number(at offset: Int, size: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count, size <= bytes.count - offset else { return nil }
    let value = bytes[offset..<offset + size]
    return isBigEndian ? value.bigEndianValue : value.littleEndianValue
  }

  private func read(at offset: Int, next: inout Int) -> Directory? {
    let countSize = isBig ? 8 : 2
    let entrySize = isBig ? 20 : 12
    guard let count = number(at: offset, size: countSize), (1...65535).contains(count) else {
      return nil
    }
    let start = offset + countSize
    next = number(at: start + count * entrySize, size: offsetSize) ?? 0
    let entries = (0..<count).compactMap { entry(at: start + $0 * entrySize) }
    return Directory(isBigEndian: isBigEndian, entries: entries)
  }

  /// An entry, or nil when its type is unknown or its values are not there.
  private func entry(at offset: Int) -> Entry? {
    guard let tag = number(at: offset, size: 2), let type = number(at: offset + 2, size: 2),
      let count = number(at: offset + 4, size: offsetSize), let size = Self.sizes[type],
      count >= 0, count <= bytes.count
    else { return nil }
    let field = offset + 4 + offsetSize
    let isHere = size * count <= offsetSize
    guard let at = isHere ? field : number(at: field, size: offsetSize), at >= 0, at <= bytes.count,
      size * count <= bytes.count - at
    else { return nil }
    return Entry(
      tag: UInt16(tag), type: UInt16(type), count: count, bytes: bytes[at..<at + size * count])
  }

  /// The bytes of a value of each type.
  static let sizes = [
    1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8,
    18: 8,
  ]
}

// MARK: - What a TIFF file says

extension TIFFFile {
  private func values(_ tag: UInt16) -> [Int] {
    directories.first?[tag].map { values(of: $0) } ?? []
  }

  /// The number of samples of a pixel.
  var sampleCount: Int { values(277).first ?? 1 }

  /// What samples beyond those of the colours mean: 1 premultiplied alpha, 2 alpha, 0 nothing that
  /// is said (ExtraSamples). Nil when the file does not say it.
  var extraSamples: [Int]? { directories.first?[338].map { values(of: $0) } }

  /// How samples are luma and chroma.
  enum YCC {
    /// As sYCC has them, and the decoder hands them over.
    case full
    /// With fewer samples of chroma, or of a limited range.
    case other
  }

  /// How samples are luma and chroma, unless they are RGB when they are decoded, as libtiff gives
  /// those of JPEG (TIFF 6.0, section 21).
  var ycc: YCC? {
    guard values(262).first == 6, values(259).first != 7 else { return nil }
    let fullRange = [0, 255, 128, 255, 128, 255]
    let range = directories.first?[532].map { fractions(of: $0) } ?? fullRange
    return values(530) == [1, 1] && range == fullRange ? .full : .other
  }

  /// How samples are CIE L*a*b*, L* of 0 … 100 as 0 … white.
  enum Lab {
    /// a* and b* are signed (TIFF 6.0, section 23).
    case signed
    /// a* and b* have the middle for 0, as in ICC profiles of version 2, whose L* of 16 bits ends
    /// at 65280 (TIFF technical note on ICC L*a*b*).
    case offset
  }

  /// How samples of 8 or 16 bits are L*a*b*, unless they are something else.
  var lab: Lab? {
    let bits = Set(values(258))
    guard sampleCount >= 3, bits == [8] || bits == [16], values(339).first != 3,
      extraSamples?.contains(1) != true
    else { return nil }
    switch values(262).first {
    case 8: return .signed
    case 9: return .offset
    default: return nil
    }
  }

  /// Whether samples are L*a*b* in a way that nothing here converts: of other depths than 8 and 16
  /// bits, premultiplied, or with a range of their own (ITU-T T.42).
  var isOtherLab: Bool {
    switch values(262).first {
    case 8: lab == nil && values(339).first != 3
    case 9: lab == nil
    case 10: true
    default: false
    }
  }

  /// The file with its samples called RGB, unsigned, so that they are decoded as they are.
  var calledRGB: [UInt8] {
    var copy = bytes
    for directory in directories.prefix(1) {
      if let space = directory[262] { write(2, to: space, in: &copy) }
      if let kind = directory[339] { write(1, to: kind, in: &copy) }
    }
    return copy
  }

  /// Sets all values of an entry of whole numbers.
  private func write(_ value: UInt8, to entry: Entry, in file: inout [UInt8]) {
    let size = entry.bytes.count / max(1, entry.count)
    for start in stride(from: entry.bytes.startIndex, to: entry.bytes.endIndex, by: max(1, size)) {
      for byte in start..<start + size { file[byte] = 0 }
      file[isBigEndian ? start + size - 1 : start] = value
    }
  }

  /// The number of directories that are pictures of their own, and not smaller copies of another.
  var pageCount: Int {
    directories.count { directory in
      directory[254].flatMap { values(of: $0).first }.map { $0 & 1 == 0 } ?? true
    }
  }

  /// Whether smaller copies of the picture are there.
  var hasPreview: Bool { pageCount < directories.count }

  /// The EXIF block, of what the first directory and those below it say of the picture's making.
  var exif: [UInt8]? {
    guard let directory = directories.first else { return nil }
    let tree = ExifTree(directory, of: self)
    return tree.isEmpty ? nil : tree.block
  }
}
