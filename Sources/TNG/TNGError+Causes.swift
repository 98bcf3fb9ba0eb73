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
        .damaged("there are more than \(ContainerFile.maximumChunks) chunks", offset: offset)
      case .unexpectedAlpha(let offset):
        .damaged("there is alpha in a picture without alpha", offset: offset)
      case .checksumMismatch(let chunk, let offset):
        .damaged("the header or the chunk \(chunk) has the wrong check value", offset: offset)
      case .tileChecksumMismatch(let tile, let offset):
        .damaged("tile \(tile) has the wrong check value", offset: offset)
      case .trailingBytes(let offset): .damaged("bytes follow the picture", offset: offset)
      case .tileTooShort(let tile, let offset):
        .damaged("tile \(tile) is too short", offset: offset)
      }
  }

  /// What a codec error means to a caller.
  init(_ error: CodecError) {
    self =
      switch error {
      case .container(let error): TNGError(error)
      case .missingLatents(let offset): .truncated(offset: offset)
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
