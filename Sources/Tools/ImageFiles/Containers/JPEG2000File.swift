/// A JPEG 2000 file as its boxes (ISO/IEC 15444-1, annex I). OpenJPEG before 2.5.1 tells its
/// callers of none of them in time, and libvips writes none but the necessary ones.
struct JPEG2000File {
  private static let signature: [UInt8] = [0, 0, 0, 12] + Array("jP  \r\n".utf8) + [0x87, 0x0A]
  /// The box types of EXIF and XMP are UUIDs.
  private static let exifID = Array("JpgTiffExif->JP2".utf8)
  private static let xmpID: [UInt8] = [
    0xBE, 0x7A, 0xCF, 0xCB, 0x97, 0xA9, 0x42, 0xE8, 0x9C, 0x71, 0x99, 0x94, 0x91, 0xE3, 0xAF, 0xAC,
  ]

  /// The boxes after the signature.
  private var boxes: [Box]

  /// Parses a file; nil for a bare codestream.
  init?(file: [UInt8]) {
    guard file.starts(with: Self.signature) else { return nil }
    boxes = Box.list(file[...].dropFirst(Self.signature.count))
  }

  var file: [UInt8] { Self.signature + boxes.bytes }

  private var header: [Box] { boxes["jp2h"].map(Box.list) ?? [] }

  private func block(_ id: [UInt8]) -> [UInt8]? {
    boxes.first { $0.type == "uuid" && $0.payload.starts(with: id) }
      .map { Array($0.payload.dropFirst(16)) }
  }
}

// MARK: - What the file says

extension JPEG2000File {
  /// A colour space by its number (annex M.11.7.3.1 of part 2).
  enum EnumeratedSpace: Int {
    case cmyk = 12
    case lab = 14
    case sRGB = 16
    case gray = 17
    case sYCC = 18
    case extendedSRGB = 20
    case rommRGB = 21
    case extendedSYCC = 24
  }

  /// The number of the colour space, of the first box that has one.
  var spaceNumber: Int? {
    colorSpecifications.first { $0.first == 1 }.map { $0.dropFirst(3).prefix(4).bigEndianValue }
  }

  /// The ICC profile.
  var iccProfile: [UInt8]? {
    colorSpecifications.first { $0.first == 2 || $0.first == 3 }.map { Array($0.dropFirst(3)) }
  }

  private var colorSpecifications: [ArraySlice<UInt8>] {
    header.filter { $0.type == "colr" && $0.payload.count > 3 }.map(\.payload)
  }

  /// The EXIF block.
  var exif: [UInt8]? { block(Self.exifID) }

  /// The XMP packet.
  var xmp: [UInt8]? { block(Self.xmpID) }

  /// Whether alpha is premultiplied: a channel is premultiplied opacity.
  var isPremultiplied: Bool {
    guard let definitions = header["cdef"]?.dropFirst(2) else { return false }
    return stride(from: 0, to: definitions.count - 5, by: 6).contains {
      definitions.dropFirst($0 + 2).prefix(2).bigEndianValue == 2
    }
  }

  /// Whether the codestream has fewer samples of some components than of others (A.5.1).
  var isSubsampled: Bool {
    guard var rest = boxes["jp2c"], rest.starts(with: [0xFF, 0x4F, 0xFF, 0x51]) else {
      return false
    }
    rest = rest.dropFirst(40)
    guard let count = rest.takeNumber(2), let components = rest.take(3 * count) else {
      return false
    }
    let steps = Array(components)
    return stride(from: 0, to: steps.count, by: 3).contains {
      steps[$0 + 1] != 1 || steps[$0 + 2] != 1
    }
  }

  /// The file with its colour space called sRGB, so that no version of the library converts.
  var calledSRGB: [UInt8] {
    var copy = self
    copy.replaceColor(with: [1, 0, 0] + UInt32(EnumeratedSpace.sRGB.rawValue).bigEndianBytes)
    return copy.file
  }
}

// MARK: - Writing

extension JPEG2000File {
  /// Inserts an ICC profile in place of a number.
  mutating func replaceColor(withProfile profile: [UInt8]) {
    replaceColor(with: [2, 0, 0] + profile)
  }

  private mutating func replaceColor(with specification: [UInt8]) {
    var parts = header
    guard let index = boxes.firstIndex(where: { $0.type == "jp2h" }),
      let place = parts.firstIndex(where: { $0.type == "colr" })
    else { return }
    parts.removeAll { $0.type == "colr" }
    parts.insert(Box("colr", specification), at: place)
    boxes[index] = Box("jp2h", parts.bytes)
  }

  /// Inserts EXIF and XMP before the picture.
  mutating func insert(exif: [UInt8]?, xmp: [UInt8]?) {
    let blocks = [exif.map { Self.exifID + $0 }, xmp.map { Self.xmpID + $0 }]
    let place = boxes.firstIndex { $0.type == "jp2c" } ?? boxes.endIndex
    boxes.insert(contentsOf: blocks.compactMap { $0 }.map { Box("uuid", $0) }, at: place)
  }
}
