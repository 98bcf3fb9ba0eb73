import Codec
import Container
import EntropyCoding

extension TNGError {
  /// What a container error means to a caller.
  init(_ error: ContainerError) {
    self =
      switch error {
      case .notTNG: .damaged("it does not begin like a TNG file", offset: 0)
      case .truncated(let offset): .truncated(offset: offset)
      case .unknownVersion(let version): .unsupported("it has version \(version) of the format")
      case .unknownFlags(let flags): .unsupported("it uses flags \(flags) of a later format")
      case .unknownRequired(let chunk, let offset):
        .unsupported("it needs the chunk \(chunk) at byte \(offset)")
      case .badSize(let offset): .damaged("the size is out of range", offset: offset)
      case .badLevel(let level, let offset):
        .damaged("the quality level is \(level), above 63", offset: offset)
      case .badVarint(let offset): .damaged("a number is malformed", offset: offset)
      case .badChunkType(let type, let offset):
        .damaged("\(type) is not a type of chunk", offset: offset)
      case .duplicate(let chunk, let offset):
        .damaged("the chunk \(chunk) stands twice", offset: offset)
      case .tooManyChunks(let offset):
        .damaged("there are too many chunks", offset: offset)
      case .unexpectedAlpha(let offset):
        .damaged("there is alpha in a picture without alpha", offset: offset)
      case .checksumMismatch(let chunk, let offset):
        .damaged(
          "the check value of the chunk \(chunk) does not fit its bytes and the header's",
          offset: offset)
      case .tileChecksumMismatch(let tile, let chunk, let offset):
        .damaged(
          "the check value of tile \(tile) of the chunk \(chunk) does not fit its bytes",
          offset: offset)
      case .trailingBytes(let offset): .damaged("bytes follow the picture", offset: offset)
      case .tileTooShort(let tile, let chunk, let offset):
        .damaged("tile \(tile) of the chunk \(chunk) is too short", offset: offset)
      case .tileTooLong(let tile, let chunk, let offset):
        .damaged("tile \(tile) of the chunk \(chunk) goes beyond its end", offset: offset)
      case .chunkTooShort(let chunk, let offset):
        .damaged(
          "the chunk \(chunk) is too short for a picture of this size", offset: offset)
      }
  }

  /// What a codec error means to a caller.
  init(_ error: CodecError) {
    self =
      switch error {
      case .container(let error): TNGError(error)
      case .missingLatents(let offset): .truncated(offset: offset)
      case .tileOutOfTime(let tile, let chunk):
        .limitExceeded(
          .tileTime, "Tile \(tile) of the chunk \(chunk) takes longer than it may")
      case .damagedTile(let tile, let chunk, let error, let offset):
        .damaged("tile \(tile) of the chunk \(chunk) \(error.predicate)", offset: offset)
      }
  }
}

extension StreamError {
  /// The error as the end of a sentence about a stream.
  fileprivate var predicate: String {
    switch self {
    case .tooShort: "is too short"
    case .truncated: "ends too early"
    case .escapeTooLong: "has a value that no encoder writes"
    case .unbalanced: "does not end where its symbols do"
    }
  }
}
