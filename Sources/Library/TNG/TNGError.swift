/// Why a picture was not encoded or decoded.
///
/// Programs go by ``code``, which stays the same from version to version; people read
/// ``description``.
public struct TNGError: Error, Sendable, Hashable {
  /// What is wrong.
  public let code: Code
  /// The part of the file in which it shows.
  public let part: Part?
  /// The tile in which it shows, counted in raster order.
  public let tile: Int?
  /// The byte at which it shows, counted from the file's start.
  public let offset: Int?
  /// The number that is wrong: what was found, or what would be needed.
  public let value: UInt64?
  /// The bound that the number does not keep.
  public let bound: UInt64?

  package init(
    _ code: Code, in part: Part? = nil, tile: Int? = nil, offset: Int? = nil,
    value: UInt64? = nil, bound: UInt64? = nil
  ) {
    self.code = code
    self.part = part
    self.tile = tile
    self.offset = offset
    self.value = value
    self.bound = bound
  }

  /// Whose fault an error is, and so what can be done about it.
  public enum Category: String, Sendable, Hashable, CaseIterable {
    /// The file's bytes are wrong. Get it anew, or decode what there is.
    case damaged
    /// The file ends before its picture does. Get the rest, or decode what there is.
    case truncated
    /// The file is sound, but needs what this decoder does not have.
    case unsupported
    /// The file or the picture goes beyond a limit of the caller's.
    case limitExceeded = "limit-exceeded"
    /// What was asked for cannot be had: a size, a quality or a region.
    case target
    /// A model that the caller has named is not there, or its weights file is not usable.
    case model
    /// The caller has cancelled the work.
    case cancelled
  }

  /// A part of a file.
  public enum Part: String, Sendable, Hashable, CaseIterable {
    /// The file's header.
    case header
    /// The ICC profile.
    case iccProfile = "icc"
    /// The EXIF block.
    case exif
    /// The XMP packet.
    case xmp
    /// A chunk of another type.
    case chunk
    /// A frame's header.
    case frame
    /// The layer of alpha samples.
    case alpha
    /// The layer of exact samples.
    case exact
    /// The layer of latents.
    case latents
  }

  /// What is wrong. The raw values never change.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// The file does not begin like a TNG file.
    case notTNG = "not-tng"
    /// The file has another version of the format.
    case unsupportedVersion = "unsupported-version"
    /// The file uses flags of a later format.
    case unsupportedFlags = "unsupported-flags"
    /// Samples have a depth that is not decoded.
    case unsupportedDepth = "unsupported-depth"
    /// The file has several frames.
    case unsupportedFrames = "unsupported-frames"
    /// The file needs a chunk that is unknown.
    case unsupportedChunk = "unsupported-chunk"
    /// The picture has a layer that is unknown or not decoded.
    case unsupportedLayer = "unsupported-layer"
    /// The picture needs a filter that is unknown.
    case unsupportedFilter = "unsupported-filter"
    /// The file names a model that is not here.
    case unknownModel = "unknown-model"

    /// The file ends before its picture does.
    case truncated
    /// A size, a depth or a number of frames is out of range.
    case sizeOutOfRange = "size-out-of-range"
    /// The quality level is not one of the model's.
    case levelOutOfRange = "level-out-of-range"
    /// A number is longer than it needs to be, or too large.
    case malformedNumber = "malformed-number"
    /// A chunk's type is not a letter.
    case badChunkType = "bad-chunk-type"
    /// A chunk stands twice.
    case duplicateChunk = "duplicate-chunk"
    /// There is alpha in a picture without alpha.
    case unexpectedAlpha = "unexpected-alpha"
    /// A frame has no picture.
    case noPicture = "no-picture"
    /// A check value does not fit its bytes, or the headers'.
    case checksumMismatch = "checksum-mismatch"
    /// A tile is too short.
    case tileTooShort = "tile-too-short"
    /// Bytes follow the picture.
    case trailingBytes = "trailing-bytes"
    /// A stream ends before its last symbol.
    case streamEndsEarly = "stream-ends-early"
    /// A stream has a value that no encoder writes.
    case streamInvalid = "stream-invalid"
    /// A stream does not end where its symbols do.
    case streamUnbalanced = "stream-unbalanced"

    /// The picture has a longer side than the format.
    case sideTooLong = "side-too-long"
    /// The picture has more than ``Limits/pixels`` or ``EncodingLimits/pixels``.
    case tooManyPixels = "too-many-pixels"
    /// The work needs more than ``Limits/memory`` or ``EncodingLimits/memory``.
    case tooMuchMemory = "too-much-memory"
    /// The file has more than ``Limits/fileBytes``.
    case fileTooLarge = "file-too-large"
    /// The file has more than ``Limits/metadata``.
    case tooMuchMetadata = "too-much-metadata"
    /// The file has more than ``Limits/chunks``.
    case tooManyChunks = "too-many-chunks"
    /// A tile takes longer than ``Limits/tileTime``.
    case outOfTime = "out-of-time"

    /// No quality has so few bytes.
    case sizeNotReachable = "size-not-reachable"
    /// No quality has so high a PSNR.
    case psnrNotReachable = "psnr-not-reachable"
    /// No quality has so high a score by SSIMULACRA2.
    case ssimulacra2NotReachable = "ssimulacra2-not-reachable"
    /// A region does not lie in the picture.
    case regionOutside = "region-outside"
    /// There is no model of the name or id that an encoder was given.
    case noSuchModel = "no-such-model"
    /// A weights file has another version of its format.
    case unsupportedModelVersion = "unsupported-model-version"
    /// A weights file is not valid.
    case invalidModel = "invalid-model"

    /// The caller has cancelled the work.
    case cancelled
  }
}

extension TNGError {
  /// Whose fault it is.
  public var category: Category { code.category }
}

extension TNGError.Code {
  /// Whose fault an error of this code is.
  public var category: TNGError.Category {
    switch self {
    case .unsupportedVersion, .unsupportedFlags, .unsupportedDepth, .unsupportedFrames,
      .unsupportedChunk, .unsupportedLayer, .unsupportedFilter, .unknownModel:
      .unsupported
    case .truncated: .truncated
    case .notTNG, .sizeOutOfRange, .levelOutOfRange, .malformedNumber, .badChunkType,
      .duplicateChunk, .unexpectedAlpha, .noPicture, .checksumMismatch, .tileTooShort,
      .trailingBytes, .streamEndsEarly, .streamInvalid, .streamUnbalanced:
      .damaged
    case .sideTooLong, .tooManyPixels, .tooMuchMemory, .fileTooLarge, .tooMuchMetadata,
      .tooManyChunks, .outOfTime:
      .limitExceeded
    case .sizeNotReachable, .psnrNotReachable, .ssimulacra2NotReachable, .regionOutside: .target
    case .noSuchModel, .unsupportedModelVersion, .invalidModel: .model
    case .cancelled: .cancelled
    }
  }
}
