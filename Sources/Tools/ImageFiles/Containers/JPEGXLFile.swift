/// A JPEG XL file as its boxes (ISO/IEC 18181-2). libvips neither reads nor writes those of EXIF and
/// XMP.
struct JPEGXLFile: MetadataContainer {
  /// A box: its type of four letters and what it holds.
  struct Box: Hashable {
    var type: String
    var payload: ArraySlice<UInt8>
  }

  private static let signature: [UInt8] = [0, 0, 0, 12] + Array("JXL \r\n".utf8) + [0x87, 0x0A]

  /// The boxes after the signature, in their order.
  private(set) var boxes: [Box]

  /// Takes a file apart: boxes, or a bare codestream, which gets them. Boxes from the first damaged
  /// one on are left out.
  init(file: [UInt8]) {
    guard file.starts(with: Self.signature) else {
      boxes = [
        Box(type: "ftyp", payload: Array("jxl \0\0\0\0jxl ".utf8)[...]),
        Box(type: "jxlc", payload: file[...]),
      ]
      return
    }
    boxes = []
    var rest = file.dropFirst(Self.signature.count)
    while let box = Self.takeBox(from: &rest) { boxes.append(box) }
  }

  var file: [UInt8] {
    boxes.reduce(into: Self.signature) { file, box in
      let length = box.payload.count + 8
      let isLong = length > UInt32.max
      file += (isLong ? 1 : UInt32(length)).bigEndianBytes + Array(box.type.utf8)
      if isLong { file += UInt64(length + 8).bigEndianBytes }
      file += box.payload
    }
  }

  /// Takes a box: its length in 32 bits, its type, when the length is 1 a length in 64 bits, and the
  /// payload. The length counts all that; 0 means the rest of the file.
  private static func takeBox(from rest: inout ArraySlice<UInt8>) -> Box? {
    guard rest.count >= 8 else { return nil }
    let type = String(decoding: rest.dropFirst(4).prefix(4), as: UTF8.self)
    var length = UInt64(rest.prefix(4).bigEndianValue)
    var header = 8
    if length == 1 && rest.count >= 16 {
      length = rest.dropFirst(8).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
      header = 16
    } else if length == 0 {
      length = UInt64(rest.count)
    }
    guard length >= header, length <= rest.count else { return nil }
    defer { rest = rest.dropFirst(Int(length)) }
    return Box(type: type, payload: rest.prefix(Int(length)).dropFirst(header))
  }
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

  private func payload(ofType type: String) -> ArraySlice<UInt8>? {
    boxes.first { $0.type == type }?.payload
  }

  private mutating func replaceBox(_ type: String, with payload: [UInt8]?) {
    boxes.removeAll { $0.type == type }
    guard let payload else { return }
    let codestream = boxes.firstIndex { $0.type == "jxlc" || $0.type == "jxlp" }
    boxes.insert(Box(type: type, payload: payload[...]), at: codestream ?? boxes.endIndex)
  }
}
