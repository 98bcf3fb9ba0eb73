internal import CVipsShim
public import Pixels

/// Reads PNG, JPEG, WebP, TIFF, GIF, HEIC, AVIF, JPEG XL, JPEG 2000 and PPM files.
///
///     let picture = try ImageReader().read(bytes) { print("Warning: \($0)") }
///
/// The picture is the first frame or page, upright, grey or RGB, with straight alpha; its metadata
/// says so too.
///
/// - Samples of more than 8 bits are rounded to the nearest of 8, or kept if ``keepsDepth`` says
///   so.
/// - CMYK, CIE Lab, luma and chroma, and linear light in floating point become sRGB.
/// - Other colours keep their samples and their profile. Where the file gives them in numbers
///   (PNG's `cICP`, `gAMA` and `cHRM`, `nclx` of HEIC and AVIF, Adobe RGB in EXIF), a profile is
///   made of those, also for PQ and HLG.
/// - EXIF and XMP are found in every form that common writers use.
///
/// Any number of threads may read at once.
public struct ImageReader: Sendable {
  /// The largest picture to read, in pixels.
  public var maximumPixels: Int
  /// Whether samples of more than 8 bits stay as they are.
  public var keepsDepth: Bool

  /// Creates a reader; without arguments, of pictures of up to 2²⁸ pixels, to samples of 8 bits.
  public init(maximumPixels: Int = 1 << 28, keepsDepth: Bool = false) {
    self.maximumPixels = maximumPixels
    self.keepsDepth = keepsDepth
  }

  /// Reads a picture from the bytes of a file.
  ///
  /// - Parameter warn: Gets what is left out or changed, before the picture is given.
  /// - Throws: ``ImageFileError``.
  public func read(
    _ file: [UInt8], warn: (ImageWarning) -> Void = { _ in }
  ) throws -> Picture {
    if file.isEmpty { throw ImageFileError.damaged("it is empty") }
    let loader = try findLoader(file)
    let (picture, warnings) = try readForgiving(file, loader: loader)
    warnings.forEach(warn)
    return picture
  }

  /// libvips's name for what reads a file, such as "VipsForeignLoadJpeg".
  private func findLoader(_ file: [UInt8]) throws -> String {
    try withLibvips(failure: { _ in Self.unknownFormat(of: file) }) {
      file.withUnsafeBytes { vips_shim_loader($0.baseAddress!, $0.count) }
        .map { String(cString: $0) }
    }
  }

  /// Why nothing reads a file. HEIF and AVIF files may hold a sequence and no picture.
  private static func unknownFormat(of file: [UInt8]) -> ImageFileError {
    let brand = file.dropFirst(8).prefix(4)
    guard file.dropFirst(4).starts(with: "ftyp".utf8),
      ["avis", "msf1", "hevc", "mif1", "avif", "heic"].contains(where: {
        brand.elementsEqual($0.utf8)
      })
    else { return .unknownFormat }
    return .unsupported(
      "it is a sequence of pictures, or HEIF of a kind that libvips does not read")
  }

  /// Reads a file, also one that lacks only its last bytes.
  private func readForgiving(
    _ file: [UInt8], loader: String
  ) throws -> (Picture, [ImageWarning]) {
    do {
      return try read(file, loader: loader)
    } catch ImageFileError.damaged(let reason) {
      guard let cut = CutFile(file, loader: loader), let (mended, rows) = cut.mended() else {
        throw ImageFileError.damaged(reason)
      }
      let (picture, warnings) = try read(mended, loader: loader, forgives: cut.isJPEG)
      return (picture, warnings + [.cut(rows: rows)])
    }
  }

  private func read(
    _ file: [UInt8], loader: String, forgives: Bool = false
  ) throws -> (Picture, [ImageWarning]) {
    try withLibvips(failure: ImageFileError.damaged) {
      let facts = ContainerFacts(file, loader: loader)
      return try (facts.replacement ?? file).withUnsafeBytes { bytes in
        guard let header = LibvipsImage(opening: bytes, forgives: forgives) else { return nil }
        // libvips before 8.15 frees the metadata of HEIF with the image that read it.
        return try withExtendedLifetime(header) {
          guard maximumPixels / header.width >= header.height else {
            throw ImageFileError.tooLarge(
              width: header.width, height: header.height, limit: maximumPixels)
          }
          var decoder = ImageDecoder(header, facts, keepsDepth: keepsDepth)
          return try decoder.decode().map { ($0, decoder.warnings) }
        }
      }
    }
  }
}
