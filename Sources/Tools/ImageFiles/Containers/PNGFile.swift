/// A PNG file as its chunks (PNG, third edition, section 5).
struct PNGFile: MetadataContainer {
  /// A chunk as it stands in the file: length, type, payload and checksum.
  private struct Chunk {
    var bytes: ArraySlice<UInt8>

    /// Makes a chunk.
    init(_ type: String, _ payload: [UInt8]) {
      let guarded = Array(type.utf8) + payload
      bytes =
        (UInt32(payload.count).bigEndianBytes + guarded + checksum(guarded).bigEndianBytes)[...]
    }

    /// Parses a whole chunk.
    init?(takingFrom rest: inout ArraySlice<UInt8>) {
      guard rest.count >= 12, let bytes = rest.take(rest.prefix(4).bigEndianValue + 12) else {
        return nil
      }
      self.bytes = bytes
    }

    var payload: ArraySlice<UInt8> { bytes.dropFirst(8).dropLast(4) }

    func has(type: String) -> Bool { bytes.dropFirst(4).prefix(4).elementsEqual(type.utf8) }
  }

  private static let signature: [UInt8] = [0x89] + Array("PNG\r\n".utf8) + [0x1A, 0x0A]

  /// The chunks, up to the first that is cut.
  private var chunks: [Chunk] = []
  /// What is there of the chunk that is cut.
  private let rest: ArraySlice<UInt8>

  init?(file: [UInt8]) {
    guard file.starts(with: Self.signature) else { return nil }
    var rest = file.dropFirst(Self.signature.count)
    while let chunk = Chunk(takingFrom: &rest) { chunks.append(chunk) }
    self.rest = rest
  }

  var file: [UInt8] { chunks.reduce(into: Self.signature) { $0 += $1.bytes } }

  mutating func replaceExif(with exif: [UInt8]?) {
    chunks.removeAll { $0.has(type: "eXIf") }
    if let exif { insert(Chunk("eXIf", exif)) }
  }

  /// Inserts an ICC profile, unless there is one: libpng leaves out those that it finds fault with.
  mutating func complete(with iccProfile: [UInt8]) {
    guard self["iCCP"] == nil, let compressed = compressedZlib(iccProfile) else { return }
    chunks.removeAll { $0.has(type: "sRGB") || $0.has(type: "gAMA") || $0.has(type: "cHRM") }
    insert(Chunk("iCCP", Array("icc\0\0".utf8) + compressed), before: ["PLTE", "IDAT"])
  }

  private mutating func insert(_ chunk: Chunk, before types: [String] = ["IDAT"]) {
    let place = chunks.firstIndex { chunk in types.contains { chunk.has(type: $0) } }
    chunks.insert(chunk, at: place ?? chunks.endIndex)
  }

  /// Takes out the resolution, which libvips makes up where there is none.
  mutating func removeResolution() {
    chunks.removeAll { $0.has(type: "pHYs") }
  }

  /// What the chunks of a type hold.
  func payloads(of type: String) -> [ArraySlice<UInt8>] {
    chunks.filter { $0.has(type: type) }.map(\.payload)
  }

  private subscript(type: String) -> ArraySlice<UInt8>? { payloads(of: type).first }
}

// MARK: - What the file says

extension PNGFile {
  /// The colours that the file gives in numbers: `cICP`, or where neither it nor a profile nor
  /// `sRGB` is there, `gAMA` and `cHRM`.
  var color: ColorDescription? {
    if let numbers = codePoints { return ColorDescription(numbers) }
    guard self["iCCP"] == nil, self["sRGB"] == nil else { return nil }
    var color = ColorDescription()
    if let gamma = self["gAMA"], gamma.count == 4 {
      // The chunk has 100 000 divided by the exponent.
      let exponent = 100_000 / Double(max(1, gamma.bigEndianValue))
      guard (0.1...10).contains(exponent) else { return nil }
      color.curve = .power(exponent)
    }
    if let chromaticities { color.chromaticities = chromaticities }
    return color
  }

  /// The numbers of `cICP`, which come before an ICC profile.
  var codePoints: CodePoints? {
    guard let chunk = self["cICP"].map(Array.init), chunk.count == 4, chunk[2] == 0 else {
      return nil
    }
    return CodePoints(primaries: Int(chunk[0]), transfer: Int(chunk[1]))
  }

  private var chromaticities: Chromaticities? {
    guard var chunk = self["cHRM"], chunk.count == 32 else { return nil }
    let points = (0..<4).map { _ in
      Chromaticity(
        Double(chunk.takeNumber(4)!) / 100_000, Double(chunk.takeNumber(4)!) / 100_000)
    }
    return Chromaticities(points[1], points[2], points[3], white: points[0])
  }

  /// The ICC profile, also one that libpng refuses.
  var iccProfile: [UInt8]? {
    guard var chunk = self["iCCP"], chunk.takeText() != nil, chunk.takeNumber(1) == 0 else {
      return nil
    }
    return decompressedZlib(chunk)
  }

  /// The EXIF block, also as ImageMagick before 7.0.8 wrote it.
  var exif: [UInt8]? {
    if let exif = self["eXIf"] { return Array(exif) }
    return rawProfile("exif")
      ?? rawProfile("APP1").flatMap {
        $0.starts(with: ExifBlock.prefix) ? $0 : nil
      }
  }

  /// The XMP packet in the text of ImageMagick.
  var rawXMP: [UInt8]? { rawProfile("xmp") }

  /// Whether the file has an XMP packet in the form that the standard names.
  var hasXMP: Bool {
    payloads(of: "iTXt").contains { $0.starts(with: "XML:com.adobe.xmp\0".utf8) }
  }

  /// A block as hexadecimal digits in a text chunk: an empty line, the name, the length, the
  /// digits.
  private func rawProfile(_ name: String) -> [UInt8]? {
    let keyword = Array("Raw profile type \(name)\0".utf8)
    for chunk in chunks where chunk.payload.starts(with: keyword) {
      var text = chunk.payload.dropFirst(keyword.count)
      if chunk.has(type: "zTXt") {
        guard text.takeNumber(1) == 0, let whole = decompressedZlib(text) else { continue }
        text = whole[...]
      } else if !chunk.has(type: "tEXt") {
        continue
      }
      let lines = text.split(separator: UInt8(ascii: "\n"))
      return bytes(ofHexadecimal: lines.dropFirst(2).joined())
    }
    return nil
  }

  private func bytes(ofHexadecimal digits: some Sequence<UInt8>) -> [UInt8]? {
    let values = digits.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard !values.isEmpty, values.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
  }

  /// The number of frames, 1 of a still picture.
  var frameCount: Int { self["acTL"].map { max(1, $0.prefix(4).bigEndianValue) } ?? 1 }

  /// Whether the chunk that ends a file is missing.
  var isCut: Bool { self["IEND"] == nil }

  /// The file with the chunks of the picture's data ended where the file does.
  var mended: [UInt8] {
    let isData = rest.dropFirst(4).starts(with: "IDAT".utf8)
    // What is behind the length that the cut chunk tells belongs to its checksum.
    let data = rest.dropFirst(8).prefix(rest.prefix(4).bigEndianValue)
    return file + (isData ? Array(Chunk("IDAT", Array(data)).bytes) : []) + Chunk("IEND", []).bytes
  }
}

/// The CRC-32 of ISO 3309.
private func checksum(_ bytes: [UInt8]) -> UInt32 {
  ~bytes.reduce(~0) { crc, byte in
    (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in
      crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1
    }
  }
}
