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

  /// What is wrong. The raw values are stable: conformance files name them.
  package enum Kind: String, Sendable, Hashable {
    /// The file does not begin with the signature.
    case notTNG = "not-tng"
    /// The version of the format is not known.
    case unsupportedVersion = "unsupported-version"
    /// A flag is set that has no meaning.
    case unsupportedFlags = "unsupported-flags"
    /// Samples have a depth that is not decoded.
    case unsupportedDepth = "unsupported-depth"
    /// There are several frames.
    case unsupportedFrames = "unsupported-frames"
    /// A chunk that a decoder must understand is unknown.
    case unsupportedChunk = "unsupported-chunk"
    /// A layer is unknown or not decoded.
    case unsupportedLayer = "unsupported-layer"
    /// A filter is unknown.
    case unsupportedFilter = "unsupported-filter"
    /// The file ends too early.
    case truncated
    /// The width or the height is 0 or too large, or the depth or the number of frames is out of range.
    case sizeOutOfRange = "size-out-of-range"
    /// The quality level is not one of the model's.
    case levelOutOfRange = "level-out-of-range"
    /// A number is longer than it needs to be, or too large.
    case malformedNumber = "malformed-number"
    /// A chunk's type is not a letter.
    case badChunkType = "bad-chunk-type"
    /// A chunk stands twice.
    case duplicateChunk = "duplicate-chunk"
    /// There are more chunks than the reader accepts.
    case tooManyChunks = "too-many-chunks"
    /// There is an alpha layer in a picture without alpha.
    case unexpectedAlpha = "unexpected-alpha"
    /// A frame has neither latents nor exact samples.
    case noPicture = "no-picture"
    /// The bytes of a chunk, of a table or of a tile, or of the headers, were changed.
    case checksumMismatch = "checksum-mismatch"
    /// A tile is shorter than its layer allows.
    case tileTooShort = "tile-too-short"
    /// Bytes follow the last tile.
    case trailingBytes = "trailing-bytes"
    /// A stream ends before its last symbol.
    case streamEndsEarly = "stream-ends-early"
    /// A stream has a value that no encoder writes.
    case streamInvalid = "stream-invalid"
    /// A stream does not end where its symbols do.
    case streamUnbalanced = "stream-unbalanced"
  }
}

/// A part of a file. The raw values are stable.
package enum FilePart: String, Sendable, Hashable {
  case header
  case iccProfile = "icc"
  case exif
  case xmp
  /// A chunk of another type.
  case chunk
  case frame
  case alpha
  case exact
  case latents
}
