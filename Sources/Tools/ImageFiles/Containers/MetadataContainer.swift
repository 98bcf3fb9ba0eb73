/// A file as the list of its parts, so that metadata can be put in byte for byte.
///
/// libvips writes an EXIF block anew through libexif, which adds tags and moves maker notes, and
/// makes one up where there is none. What it wrote is replaced here.
protocol MetadataContainer {
  /// Takes a file apart, or gives nil when it is not whole.
  init?(file: [UInt8])

  /// The bytes of the file.
  var file: [UInt8] { get }

  /// Replaces the EXIF block, without the `Exif\0\0` prefix, or removes it.
  mutating func replaceExif(with exif: [UInt8]?)
}

extension Collection<UInt8> {
  /// The number that the bytes are, high byte first.
  var bigEndianValue: Int { reduce(0) { $0 << 8 | Int($1) } }

  /// The number that the bytes are, low byte first.
  var littleEndianValue: Int { reversed().bigEndianValue }
}

extension FixedWidthInteger {
  /// The bytes of the number, high byte first.
  var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }

  /// The bytes of the number, low byte first.
  var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}
