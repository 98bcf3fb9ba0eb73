import ArgumentParser
import TNG

/// What coding a picture may take at most.
struct PictureLimitOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The most pixels to encode or decode. The default is \(Limits().pixels).",
      valueName: "number"))
  var maxPixels: Int = Limits().pixels

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The most memory that encoding or decoding may take, such as 512MiB. The default is 2 GiB.",
      valueName: "size"))
  var maxMemory: ByteCount?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The most bytes that a file to read may have. The default is 2 GiB.", valueName: "size"))
  var maxFileSize: ByteCount?

  func validate() throws {
    guard maxPixels > 0 else { throw ValidationError("A limit must be at least 1.") }
  }

  /// The encoder's limits.
  var encodingLimits: EncodingLimits {
    var limits = EncodingLimits(pixels: maxPixels)
    if let maxMemory { limits.memory = maxMemory.bytes }
    return limits
  }

  /// The most bytes of a file to read.
  var fileBytes: Int { maxFileSize?.bytes ?? Limits().fileBytes }
}

/// What decoding a file may take at most.
struct LimitOptions: ParsableArguments {
  @OptionGroup var picture: PictureLimitOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The most bytes of metadata that a file may have. The default is 64 MiB.", valueName: "size"))
  var maxMetadata: ByteCount?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The most chunks that a file may have. The default is \(Limits().chunks).",
      valueName: "number"))
  var maxChunks: Int = Limits().chunks

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The longest time that a tile of 1024 by 1024 pixels may take. The default is any.",
      valueName: "seconds"))
  var maxTileTime: Double?

  func validate() throws {
    guard maxChunks > 0 else { throw ValidationError("A limit must be at least 1.") }
    if let maxTileTime, !(maxTileTime > 0 && maxTileTime <= 1e6) {
      throw ValidationError("The time for a tile must be more than 0 and at most 1000000 seconds.")
    }
  }

  /// The decoder's limits.
  var limits: Limits {
    var limits = Limits(pixels: picture.maxPixels, fileBytes: picture.fileBytes, chunks: maxChunks)
    if let maxMemory = picture.maxMemory { limits.memory = maxMemory.bytes }
    if let maxMetadata { limits.metadata = maxMetadata.bytes }
    limits.tileTime = maxTileTime.map { .seconds($0) }
    return limits
  }
}

extension TNGError.Code {
  /// The option that raises the limit that the error is about; nil when nothing does.
  var option: String? {
    switch self {
    case .tooManyPixels: "--max-pixels"
    case .tooMuchMemory: "--max-memory"
    case .fileTooLarge: "--max-file-size"
    case .tooMuchMetadata: "--max-metadata"
    case .tooManyChunks: "--max-chunks"
    case .outOfTime: "--max-tile-time"
    default: nil
    }
  }
}
