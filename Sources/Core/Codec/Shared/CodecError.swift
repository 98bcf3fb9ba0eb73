package import Container
package import EntropyCoding

/// Why a file's symbols could not be decoded.
package enum CodecError: Error, Sendable, Hashable {
  /// The container breaks the format.
  case container(ContainerError)
  /// A tile's stream is not one that an encoder writes; `offset` is where it begins in the file.
  case damagedTile(Int, of: ChunkType, StreamError, offset: Int)
  /// A tile takes longer than it may.
  case tileOutOfTime(Int, of: ChunkType)
  /// The file has no latents, or they have not arrived.
  case missingLatents(offset: Int)
}
