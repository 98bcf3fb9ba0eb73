/// A JPEG XL file as its boxes (ISO/IEC 18181-2). libvips neither reads nor writes those of EXIF
/// and XMP.
struct JPEGXLFile: MetadataContainer {
  private static let signature: [UInt8] = [0, 0, 0, 12] + Array("JXL \r\n".utf8) + [0x87, 0x0A]

  /// The boxes after the signature, in their order.
  private(set) var boxes: [Box]

  /// Parses a file: boxes, or a bare codestream, which gets them. Boxes from the first damaged
  /// one on are left out.
  init(file: [UInt8]) {
    guard file.starts(with: Self.signature) else {
      boxes = [Box("ftyp", Array("jxl \0\0\0\0jxl ".utf8)), Box("jxlc", file)]
      return
    }
    boxes = Box.list(file.dropFirst(Self.signature.count))
  }

  var file: [UInt8] { Self.signature + boxes.bytes }
}

// MARK: - Metadata

extension JPEGXLFile {
  /// The EXIF block.
  var exif: [UInt8]? {
    // An offset of 32 bits says where in what follows the TIFF stream begins.
    guard let payload = payload(ofType: "Exif"), payload.count > 4 else { return nil }
    let stream = payload.dropFirst(4).dropFirst(payload.prefix(4).bigEndianValue)
    return stream.isEmpty ? nil : Array(stream)
  }

  /// The XMP packet.
  var xmp: [UInt8]? { payload(ofType: "xml ").map(Array.init) }

  mutating func replaceExif(with exif: [UInt8]?) {
    replaceBox("Exif", with: exif.map { [0, 0, 0, 0] + $0 })
  }

  /// Replaces the XMP packet or removes it.
  mutating func replaceXMP(with xmp: [UInt8]?) {
    replaceBox("xml ", with: xmp)
  }

  /// The header of the codestream, which may be cut in several boxes that each have a number first.
  var header: JPEGXLHeader? {
    let stream = boxes["jxlc"] ?? boxes["jxlp"]?.dropFirst(4)
    return stream.flatMap(JPEGXLHeader.init(codestream:))
  }

  /// Whether a gain map is there.
  var hasGainMap: Bool { boxes["jhgm"] != nil }

  /// Whether there is metadata that cannot be decompressed.
  var hasUnreadableMetadata: Bool {
    boxes.contains { $0.type == "brob" } && exif == nil && xmp == nil
  }

  /// What metadata holds, also if it is compressed (`brob`, of which the first four bytes name the
  /// box that it stands for).
  private func payload(ofType type: String) -> ArraySlice<UInt8>? {
    if let payload = boxes[type] { return payload }
    let compressed = boxes.first { $0.type == "brob" && $0.payload.starts(with: type.utf8) }
    return (compressed?.payload.dropFirst(4)).flatMap(decompressedBrotli).map { $0[...] }
  }

  private mutating func replaceBox(_ type: String, with payload: [UInt8]?) {
    boxes.removeAll {
      $0.type == type || $0.type == "brob" && $0.payload.starts(with: type.utf8)
    }
    guard let payload else { return }
    let codestream = boxes.firstIndex { $0.type == "jxlc" || $0.type == "jxlp" }
    boxes.insert(Box(type, payload), at: codestream ?? boxes.endIndex)
  }
}
