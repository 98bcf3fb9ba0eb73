import Bytes
import Codec

extension TNGError {
  /// What an error of the format means to a caller.
  init(_ error: FormatError) {
    guard let code = Code(rawValue: error.kind.rawValue) else {
      preconditionFailure("every kind of format error has a code")
    }
    self.init(
      code, in: error.part.map { Part($0) }, tile: error.tile, offset: error.offset,
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
