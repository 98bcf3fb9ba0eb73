extension TNGError: CustomStringConvertible {
  /// The error as a sentence.
  public var description: String {
    switch category {
    case .damaged: "The file is damaged\(place): \(reason)."
    case .truncated: "The file is cut: it ends at byte \(offset ?? 0), before its picture does."
    case .unsupported: "The file cannot be read by this version: \(reason)."
    case .limitExceeded, .target, .model, .cancelled: "\(reason)."
    }
  }

  private var place: String { offset.map { " at byte \($0)" } ?? "" }

  /// What the error is about, as the subject of a sentence.
  private var subject: String {
    let whole = part?.name ?? "the file"
    return tile.map { "tile \($0) of \(whole)" } ?? whole
  }

  private var number: String { value.map { String($0) } ?? "" }
  private var limit: String { bound.map { String($0) } ?? "" }

  private var reason: String {
    switch code {
    case .notTNG: "it does not begin like a TNG file"
    case .unsupportedVersion: "it has version \(number) of the format"
    case .unsupportedFlags: "it uses flags \(number) of a later format"
    case .unsupportedDepth: "its samples have \(number) bits"
    case .unsupportedFrames: "it has \(number) frames"
    case .unsupportedChunk: "it needs the chunk \(letter)"
    case .unsupportedLayer:
      part == .exact ? "it has exact samples" : "its layers \(number) are of a later format"
    case .unsupportedFilter: "it needs the filter \(number)"
    case .unknownModel: "its model, \(hexadecimal(UInt32(value ?? 0))), is not known here"
    case .truncated: "it ends too early"
    case .sizeOutOfRange: "a size in \(subject) is \(number), which is out of range"
    case .levelOutOfRange: "the quality level is \(number), which the model does not have"
    case .malformedNumber: "a number is malformed"
    case .badChunkType: "\(number) is not a type of chunk"
    case .duplicateChunk: "\(subject) stands twice"
    case .unexpectedAlpha: "there is alpha in a picture without alpha"
    case .noPicture: "a frame has no picture"
    case .checksumMismatch: "the check value of \(subject) does not fit its bytes"
    case .tileTooShort: "\(subject) is too short"
    case .trailingBytes: "bytes follow the last frame, \(number) of them, and none may"
    case .streamEndsEarly: "\(subject) ends too early"
    case .streamInvalid: "\(subject) has a value that no encoder writes"
    case .streamUnbalanced: "\(subject) does not end where its symbols do"
    case .sideTooLong: "A side of the picture has \(number) pixels, more than the format's \(limit)"
    case .tooManyPixels: "The picture has \(number) pixels, more than \(limit)"
    case .tooMuchMemory: "The picture needs \(number) bytes of memory, more than \(limit)"
    case .fileTooLarge: "The file has \(number) bytes, more than \(limit)"
    case .tooMuchMetadata: "The file has \(number) bytes of metadata, more than \(limit)"
    case .tooManyChunks: "The file has more than \(limit) chunks"
    case .outOfTime: "Decoding \(subject) takes longer than it may"
    case .sizeNotReachable:
      "The target cannot be met: the smallest file has \(number) bytes, more than \(limit)"
    case .psnrNotReachable:
      "The target cannot be met: the highest PSNR is \(decimal(value)) dB, less than"
        + " \(decimal(bound)) dB"
    case .ssimulacra2NotReachable:
      "The target cannot be met: the highest SSIMULACRA2 is \(decimal(value)), less than"
        + " \(decimal(bound))"
    case .regionOutside: "The region does not lie in the picture"
    case .noSuchModel: "There is no model of this name"
    case .unsupportedModelVersion:
      "The weights file has version \(number) of its format, which is not known here"
    case .invalidModel: "The weights file is not valid\(place)"
    case .cancelled: "The work was cancelled"
    }
  }

  /// A chunk's type as it stands in the file.
  private var letter: String {
    value.map { "'\(Character(UnicodeScalar(UInt8(truncatingIfNeeded: $0))))'" } ?? ""
  }
}

/// Hundredths as a decimal number.
private func decimal(_ hundredths: UInt64?) -> String {
  let (whole, rest) = (hundredths ?? 0).quotientAndRemainder(dividingBy: 100)
  return "\(whole).\(rest < 10 ? "0" : "")\(rest)"
}

extension TNGError.Part {
  /// The part as people name it.
  fileprivate var name: String {
    switch self {
    case .header: "the header"
    case .iccProfile: "the colour profile"
    case .exif: "the EXIF block"
    case .xmp: "the XMP packet"
    case .chunk: "a chunk"
    case .frame: "the frame's header"
    case .alpha: "the alpha"
    case .exact: "the exact samples"
    case .latents: "the latents"
    }
  }
}
