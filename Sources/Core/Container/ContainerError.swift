/// How a file breaks Format.md. Offsets count bytes from the file's start.
package enum ContainerError: Error, Sendable, Hashable {
  /// The file does not begin with the signature.
  case notTNG
  /// The file ends too early.
  case truncated(offset: Int)
  /// The file has a version that this reader does not know.
  case unknownVersion(UInt8)
  /// A flag is set that has no meaning.
  case unknownFlags(UInt8)
  /// The width or the height is 0 or too large.
  case badSize(offset: Int)
  /// The quality level is above 63.
  case badLevel(UInt8, offset: Int)
  /// A number is longer than it needs to be, or too large.
  case badVarint(offset: Int)
  /// A chunk's type is not a letter.
  case badChunkType(UInt8, offset: Int)
  /// A chunk stands twice.
  case duplicate(chunk: ChunkType, offset: Int)
  /// A chunk that a decoder must understand is unknown.
  case unknownRequired(chunk: ChunkType, offset: Int)
  /// There are more chunks than the reader accepts.
  case tooManyChunks(offset: Int)
  /// There is an alpha chunk, but the header says that the picture has no alpha.
  case unexpectedAlpha(offset: Int)
  /// The bytes of a chunk, or of the header, were changed.
  case checksumMismatch(chunk: ChunkType, offset: Int)
  /// The bytes of a tile were changed.
  case tileChecksumMismatch(tile: Int, of: ChunkType, offset: Int)
  /// Bytes follow the last chunk or tile.
  case trailingBytes(offset: Int)
  /// A tile is too short to hold a stream.
  case tileTooShort(tile: Int, of: ChunkType, offset: Int)
  /// A tile's length goes beyond the end of its chunk.
  case tileTooLong(tile: Int, of: ChunkType, offset: Int)
  /// A chunk is too short for a picture of the size that the header tells; `offset` is where its payload begins.
  case chunkTooShort(ChunkType, offset: Int)
}
