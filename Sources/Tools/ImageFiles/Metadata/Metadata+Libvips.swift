internal import Pixels
internal import TNG

extension Metadata {
  /// The metadata that libvips found in a file.
  init(_ image: LibvipsImage) {
    self.init(
      iccProfile: image.metadata("icc-profile-data"),
      exif: image.metadata("exif-data").map(Self.removingPrefix),
      xmp: image.metadata("xmp-data"))
  }

  /// Gives metadata to an image that libvips will write.
  func attach(to image: LibvipsImage) {
    if let iccProfile { image.setMetadata("icc-profile-data", iccProfile) }
    if let exif { image.setMetadata("exif-data", ExifBlock.prefix + exif) }
    if let xmp { image.setMetadata("xmp-data", xmp) }
  }

  /// A file that libvips has written, with EXIF, and in JPEG XL also XMP, put in byte for byte.
  func embedded(in file: [UInt8], format: ImageFileFormat) -> [UInt8] {
    switch format {
    case .png: withExif(PNGFile(file: file))?.file ?? file
    case .jpeg: withExif(JPEGFile(file: file))?.file ?? file
    case .webp: withExif(WebPFile(file: file))?.file ?? file
    case .jxl: exif == nil && xmp == nil ? file : boxed(JPEGXLFile(file: file)).file
    case .tiff, .heic, .avif, .jp2, .ppm: file
    }
  }

  private func withExif<Container: MetadataContainer>(_ container: Container?) -> Container? {
    var container = container
    container?.replaceExif(with: exif)
    return container
  }

  private func boxed(_ file: JPEGXLFile) -> JPEGXLFile {
    var file = file
    file.replaceExif(with: exif)
    file.replaceXMP(with: xmp)
    return file
  }

  /// Drops a profile that does not give colours to samples of a format.
  mutating func dropProfile(unlessFor format: PixelFormat) {
    guard let iccProfile else { return }
    // ICC.1:2022, 7.2.6: the space of the samples is a signature at byte 16.
    let space = iccProfile.dropFirst(16).prefix(4)
    if !space.elementsEqual((format.isGray ? "GRAY" : "RGB ").utf8) { self.iccProfile = nil }
  }

  /// Corrects what libvips gives of a JPEG XL file: it leaves out EXIF and XMP, and libjxl makes up a
  /// profile for samples that are sRGB anyway.
  mutating func complete(ofJPEGXL file: JPEGXLFile) {
    exif = file.exif
    xmp = file.xmp
    let sRGBNames = [
      "RGB_D65_SRG_Rel_SRG", "RGB_D65_SRG_Per_SRG", "Gra_D65_Rel_SRG", "Gra_D65_Per_SRG",
    ]
    // A profile's name is UTF-16 (ICC.1:2022, 10.15).
    let isMadeUp = sRGBNames.contains { name in
      iccProfile?.firstRange(of: name.utf16.flatMap(\.bigEndianBytes)) != nil
    }
    if isMadeUp { iccProfile = nil }
  }

  private static func removingPrefix(_ block: [UInt8]) -> [UInt8] {
    let prefix = ExifBlock.prefix
    return block.starts(with: prefix) ? Array(block.dropFirst(prefix.count)) : block
  }
}
