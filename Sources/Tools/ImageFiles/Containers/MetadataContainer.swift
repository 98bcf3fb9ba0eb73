/// A file as the list of its parts, so that metadata can be put in byte for byte.
///
/// libvips writes an EXIF block anew through libexif, which adds tags and moves maker notes, and
/// makes one up where there is none. What it wrote is replaced here.
protocol MetadataContainer {
  /// Parses a file; nil when it is not whole.
  init?(file: [UInt8])

  /// The bytes of the file.
  var file: [UInt8] { get }

  /// Replaces the EXIF block, without the `Exif\0\0` prefix, or removes it.
  mutating func replaceExif(with exif: [UInt8]?)
}
