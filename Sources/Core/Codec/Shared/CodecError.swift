package import Bytes
package import EntropyCoding

/// Why a picture was not decoded, or not encoded.
package enum CodecError: Error, Sendable, Hashable {
  /// The file breaks the format.
  case format(FormatError)
  /// A tile takes longer than it may.
  case outOfTime(FilePart, tile: Int)
  /// The caller has cancelled the work.
  case cancelled
}

/// Why a tile was not decoded.
package enum TileError: Error, Sendable, Hashable {
  /// Its stream is not one that an encoder writes.
  case stream(StreamError)
  /// It takes longer than it may.
  case outOfTime
  /// The caller has cancelled the work.
  case cancelled
}

extension CodecError {
  /// The error of a tile of a layer, whose stream begins at `offset`.
  init(_ error: TileError, in part: FilePart, tile: Int, offset: Int) {
    self =
      switch error {
      case .stream(let error):
        .format(FormatError(error.kind, in: part, tile: tile, offset: offset))
      case .outOfTime: .outOfTime(part, tile: tile)
      case .cancelled: .cancelled
      }
  }
}

extension StreamError {
  fileprivate var kind: FormatError.Kind {
    switch self {
    case .tooShort, .truncated: .streamEndsEarly
    case .invalid: .streamInvalid
    case .unbalanced: .streamUnbalanced
    }
  }
}
