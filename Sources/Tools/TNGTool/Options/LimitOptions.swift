import ArgumentParser
import TNG

/// What to do at most for a picture.
struct PictureLimitOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The most pixels that a picture may have. The default is \(Limits().pixels).",
      valueName: "number"))
  var maxPixels: Int = Limits().pixels

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The most memory that a file, and the coding of it, may take, such as 512MiB. The default is 2 GiB.",
      valueName: "size"))
  var maxMemory: ByteCount?

  func validate() throws {
    guard maxPixels > 0 else { throw ValidationError("A limit must be at least 1.") }
  }

  /// The codec's limits.
  var limits: Limits {
    var limits = Limits(pixels: maxPixels)
    if let maxMemory { limits.memory = maxMemory.bytes }
    return limits
  }
}

/// What to do at most for a file that is decoded.
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
    var limits = picture.limits
    limits.chunks = maxChunks
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
    case .tooMuchMetadata: "--max-metadata"
    case .tooManyChunks: "--max-chunks"
    case .outOfTime: "--max-tile-time"
    default: nil
    }
  }
}
