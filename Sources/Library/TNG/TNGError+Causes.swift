import Bytes
import Codec

extension TNGError {
  /// What an error of the format means to a caller.
  init(_ error: FormatError) {
    self.init(
      Code(error.kind), in: error.part.map { Part($0) }, tile: error.tile, offset: error.offset,
      value: error.value)
  }

  /// What an error of the codec means to a caller.
  init(_ error: CodecError) {
    switch error {
    case .format(let format): self.init(format)
    case .outOfTime(let part, let tile): self.init(.outOfTime, in: Part(part), tile: tile)
    case .cancelled: self.init(Code.cancelled)
    }
  }
}

extension TNGError.Part {
  fileprivate init(_ part: FilePart) {
    self =
      switch part {
      case .header: .header
      case .iccProfile: .iccProfile
      case .exif: .exif
      case .xmp: .xmp
      case .chunk: .chunk
      case .frame: .frame
      case .alpha: .alpha
      case .exact: .exact
      case .latents: .latents
      }
  }
}

extension TNGError.Code {
  fileprivate init(_ kind: FormatError.Kind) {
    self =
      switch kind {
      case .notTNG: .notTNG
      case .unsupportedVersion: .unsupportedVersion
      case .unsupportedFlags: .unsupportedFlags
      case .unsupportedDepth: .unsupportedDepth
      case .unsupportedFrames: .unsupportedFrames
      case .unsupportedChunk: .unsupportedChunk
      case .unsupportedLayer: .unsupportedLayer
      case .unsupportedFilter: .unsupportedFilter
      case .truncated: .truncated
      case .sizeOutOfRange: .sizeOutOfRange
      case .levelOutOfRange: .levelOutOfRange
      case .malformedNumber: .malformedNumber
      case .badChunkType: .badChunkType
      case .duplicateChunk: .duplicateChunk
      case .tooManyChunks: .tooManyChunks
      case .unexpectedAlpha: .unexpectedAlpha
      case .noPicture: .noPicture
      case .checksumMismatch: .checksumMismatch
      case .tileTooShort: .tileTooShort
      case .trailingBytes: .trailingBytes
      case .streamEndsEarly: .streamEndsEarly
      case .streamInvalid: .streamInvalid
      case .streamUnbalanced: .streamUnbalanced
      }
  }
}
