/// A picture format other than TNG that the tools write. What is said of loss is for a file written
/// without a quality.
public enum ImageFileFormat: String, Sendable, Hashable, CaseIterable {
  /// Portable Network Graphics, lossless.
  case png
  /// JPEG, at quality 95 without chroma subsampling.
  case jpeg
  /// WebP, lossless.
  case webp
  /// TIFF, lossless.
  case tiff
  /// HEIF with HEVC, at quality 90 without chroma subsampling.
  case heic
  /// AVIF, at quality 90 without chroma subsampling.
  case avif
  /// JPEG XL, lossless.
  case jxl
  /// JPEG 2000, lossless.
  case jp2
  /// Netpbm's PPM, or PGM for a grey picture; lossless.
  case ppm

  /// The endings of the file names of a format; the first is the usual one.
  public var fileExtensions: [String] {
    switch self {
    case .png: ["png"]
    case .jpeg: ["jpg", "jpeg", "jpe"]
    case .webp: ["webp"]
    case .tiff: ["tiff", "tif"]
    case .heic: ["heic", "heif"]
    case .avif: ["avif"]
    case .jxl: ["jxl"]
    case .jp2: ["jp2"]
    case .ppm: ["ppm", "pgm", "pnm"]
    }
  }

  /// The format of a file's ending, in upper or lower case, or nil when none has it.
  public init?(fileExtension: String) {
    let ending = fileExtension.lowercased()
    guard let format = Self.allCases.first(where: { $0.fileExtensions.contains(ending) }) else {
      return nil
    }
    self = format
  }

  /// Whether a decoder gives exactly the samples that were written.
  public var isLossless: Bool {
    switch self {
    case .png, .webp, .tiff, .jxl, .jp2, .ppm: true
    case .jpeg, .heic, .avif: false
    }
  }

  /// Whether a file of this format, as it is written here, has a place for a part of a picture.
  func holds(_ part: ImageLoss) -> Bool {
    switch self {
    case .png, .tiff, .jxl, .jp2: true
    case .webp, .heic, .avif: part != .depth
    case .jpeg: part != .alpha && part != .depth
    case .ppm: part == .depth
    }
  }

  /// Whether a grey picture is written as red, green and blue.
  var expandsGray: Bool {
    switch self {
    case .webp, .heic, .avif: true
    case .png, .jpeg, .tiff, .jxl, .jp2, .ppm: false
    }
  }

  /// A file name's ending with options, by which libvips knows the format and its settings.
  ///
  /// Without metadata, `strip` keeps libvips from making up an EXIF block.
  func libvipsSuffix(
    isGray: Bool, hasMetadata: Bool, quality: Int?, keepsHiddenColors: Bool
  ) -> String {
    let lossy = quality.flatMap(lossyOptions)
    let lossless = libvipsOptions + (keepsHiddenColors ? ["exact"] : [])
    let options = (lossy ?? lossless) + (hasMetadata ? [] : ["strip"])
    return "\(libvipsEnding(isGray: isGray))[\(options.joined(separator: ","))]"
  }

  private func libvipsEnding(isGray: Bool) -> String {
    switch self {
    case .avif: ".heic"
    case .ppm: isGray ? ".pgm" : ".ppm"
    default: ".\(fileExtensions[0])"
    }
  }

  private var libvipsOptions: [String] {
    switch self {
    case .png: ["compression=6", "filter=all"]
    case .jpeg: ["Q=95", "subsample_mode=off", "optimize_coding"]
    case .webp, .jxl, .jp2: ["lossless"]
    case .tiff: ["compression=deflate", "predictor=horizontal"]
    case .heic: ["Q=90", "subsample_mode=off"]
    case .avif: ["Q=90", "subsample_mode=off", "compression=av1"]
    case .ppm: []
    }
  }

  /// The options for a quality, or nil when the format has no scale of qualities.
  private func lossyOptions(quality: Int) -> [String]? {
    switch self {
    case .jpeg: ["Q=\(quality)", "optimize_coding"]
    case .webp, .heic, .jxl, .jp2: ["Q=\(quality)"]
    // Speed 6 of the encoder, which libavif has by default: a third of the time of libvips's own
    // choice, for 2 % more bytes.
    case .avif: ["Q=\(quality)", "compression=av1", "effort=3"]
    case .png, .tiff, .ppm: nil
    }
  }
}

extension ImageFileFormat: CustomStringConvertible {
  /// The name of the format as people write it.
  public var description: String {
    switch self {
    case .png: "PNG"
    case .jpeg: "JPEG"
    case .webp: "WebP"
    case .tiff: "TIFF"
    case .heic: "HEIC"
    case .avif: "AVIF"
    case .jxl: "JPEG XL"
    case .jp2: "JPEG 2000"
    case .ppm: "PPM"
    }
  }
}
