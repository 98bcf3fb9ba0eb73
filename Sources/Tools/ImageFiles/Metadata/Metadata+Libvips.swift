internal import Pixels

extension Metadata {
  /// The metadata that libvips found in a file.
  init(_ image: LibvipsImage) {
    self.init(
      iccProfile: image.metadata("icc-profile-data"),
      exif: image.metadata("exif-data").map(Self.removingPrefix),
      xmp: image.metadata("xmp-data"))
  }

  /// Gives metadata to an image that libvips will write in a format.
  func attach(to image: LibvipsImage, format: ImageFileFormat) {
    if let iccProfile { image.setMetadata("icc-profile-data", iccProfile) }
    if let exif { image.setMetadata("exif-data", ExifBlock.prefix + exif) }
    if let xmp, format != .jpeg || !isXMPLarge(xmp) { image.setMetadata("xmp-data", xmp) }
  }

  /// Whether an XMP packet needs more than one segment of a JPEG file.
  private func isXMPLarge(_ xmp: [UInt8]) -> Bool { xmp.count > JPEGFile.maximumCount(of: .xmp) }

  /// A file that libvips has written, with what libvips changes or leaves out put in byte for byte.
  func embedded(in file: [UInt8], format: ImageFileFormat) -> [UInt8] {
    switch format {
    case .png: completed(PNGFile(file: file))?.file ?? file
    case .jpeg: completed(JPEGFile(file: file))?.file ?? file
    case .webp: withExif(WebPFile(file: file))?.file ?? file
    case .jxl: exif == nil && xmp == nil ? file : boxed(JPEGXLFile(file: file)).file
    case .tiff: exif.flatMap(ExifTree.init(block:))?.inserted(into: file) ?? file
    case .jp2: completed(JPEG2000File(file: file))?.file ?? file
    case .heic, .avif: HEIFFile(file: file)?.replacingExif(with: exif) ?? file
    case .ppm: file
    }
  }

  private func withExif<Container: MetadataContainer>(_ container: Container?) -> Container? {
    var container = container
    container?.replaceExif(with: exif)
    return container
  }

  private func completed(_ file: PNGFile?) -> PNGFile? {
    var file = withExif(file)
    if let iccProfile { file?.complete(with: iccProfile) }
    if resolution == nil { file?.removeResolution() }
    return file
  }

  private func completed(_ file: JPEGFile?) -> JPEGFile? {
    var file = withExif(file)
    if let xmp, isXMPLarge(xmp) { file?.replaceXMP(with: xmp) }
    return file
  }

  private func completed(_ file: JPEG2000File?) -> JPEG2000File? {
    var file = file
    if let iccProfile { file?.replaceColor(withProfile: iccProfile) }
    file?.insert(exif: exif, xmp: xmp)
    return file
  }

  private func boxed(_ file: JPEGXLFile) -> JPEGXLFile {
    var file = file
    file.replaceExif(with: exif)
    file.replaceXMP(with: xmp)
    return file
  }

  /// Drops a profile that does not give colours to samples of a format.
  mutating func dropProfile(unlessFor format: PixelFormat) {
    if profileSpace != (format.isGray ? "GRAY" : "RGB ") { iccProfile = nil }
  }

  /// The space that the profile is for, four letters at byte 16 (ICC.1:2022, 7.2.6).
  var profileSpace: String? {
    iccProfile.map { String(decoding: $0.dropFirst(16).prefix(4), as: UTF8.self) }
  }

  /// Puts what a file's own headers say in place of what libvips found.
  mutating func complete(with own: Metadata) {
    if let profile = own.iccProfile { iccProfile = profile }
    if let block = own.exif { exif = Self.removingPrefix(block) }
    if let packet = own.xmp { xmp = packet }
  }

  /// Drops a profile that libjxl made up for samples that are sRGB anyway.
  mutating func dropMadeUpProfile() {
    let names = [
      "RGB_D65_SRG_Rel_SRG", "RGB_D65_SRG_Per_SRG", "Gra_D65_Rel_SRG", "Gra_D65_Per_SRG",
    ]
    if names.contains(where: isProfile(named:)) { iccProfile = nil }
  }

  /// Whether a name stands in the profile, as names do: in UTF-16 (ICC.1:2022, 10.15).
  func isProfile(named name: String) -> Bool {
    iccProfile?.firstRange(of: name.utf16.flatMap(\.bigEndianBytes)) != nil
  }

  private static func removingPrefix(_ block: [UInt8]) -> [UInt8] {
    let prefix = ExifBlock.prefix
    return block.starts(with: prefix) ? Array(block.dropFirst(prefix.count)) : block
  }
}
