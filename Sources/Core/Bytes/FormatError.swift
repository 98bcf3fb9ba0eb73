/// How a file breaks its format, and where it shows. Offsets count bytes from the file's start.
package struct FormatError: Error, Sendable, Hashable {
  package let kind: Kind
  /// The part of the file in which it shows.
  package var part: FilePart?
  /// The tile in which it shows, counted in raster order.
  package var tile: Int?
  package let offset: Int
  /// The number that is wrong, where there is one.
  package let value: UInt64?

  package init(
    _ kind: Kind, in part: FilePart? = nil, tile: Int? = nil, offset: Int, value: UInt64? = nil
  ) {
    self.kind = kind
    self.part = part
    self.tile = tile
    self.offset = offset
    self.value = value
  }

  /// What is wrong.
  package enum Kind: Sendable, Hashable {
    /// The file does not begin with the signature.
    case notTNG
    /// The version of the format is not known.
    case unsupportedVersion
    /// A flag is set that has no meaning.
    case unsupportedFlags
    /// Samples have a depth that is not decoded.
    case unsupportedDepth
    /// There are several frames.
    case unsupportedFrames
    /// A chunk that a decoder must understand is unknown.
    case unsupportedChunk
    /// A layer is unknown or not decoded.
    case unsupportedLayer
    /// A filter is unknown.
    case unsupportedFilter
    /// The file ends too early.
    case truncated
    /// The width or the height is 0 or too large, or the depth or the number of frames is out of
    /// range.
    case sizeOutOfRange
    /// The quality level is not one of the model's.
    case levelOutOfRange
    /// A number is longer than it needs to be, or too large.
    case malformedNumber
    /// A chunk's type is not a letter.
    case badChunkType
    /// A chunk stands twice.
    case duplicateChunk
    /// There are more chunks than the reader accepts.
    case tooManyChunks
    /// There is an alpha layer in a picture without alpha.
    case unexpectedAlpha
    /// A frame has neither latents nor exact samples.
    case noPicture
    /// The bytes of a chunk, of a table or of a tile, or of the headers, were changed.
    case checksumMismatch
    /// A tile is shorter than its layer allows.
    case tileTooShort
    /// Bytes follow the last tile.
    case trailingBytes
    /// A stream ends before its last symbol.
    case streamEndsEarly
    /// A stream has a value that no encoder writes.
    case streamInvalid
    /// A stream does not end where its symbols do.
    case streamUnbalanced
  }
}

/// A part of a file.
package enum FilePart: Sendable, Hashable {
  case header
  case iccProfile
  case exif
  case xmp
  /// A chunk of another type.
  case chunk
  case frame
  case alpha
  case exact
  case latents
}
