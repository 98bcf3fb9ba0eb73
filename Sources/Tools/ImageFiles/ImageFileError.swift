/// Why a picture file could not be read or written.
public enum ImageFileError: Error, Sendable, Hashable {
  /// The bytes are in none of the formats that are read.
  case unknownFormat
  /// The file breaks its format or is cut; the text is the decoder's.
  case damaged(String)
  /// The file is sound, but its samples have no picture of 8 bits.
  case unsupported(String)
  /// The picture has more pixels than the caller allows.
  case tooLarge(width: Int, height: Int, limit: Int)
  /// The format does not take the picture; the text is the encoder's.
  case notWritten(String)
  /// The library that reads and writes pictures cannot be loaded; the text says why.
  case libraryUnavailable(String)
}

extension ImageFileError: CustomStringConvertible {
  /// The error as a sentence.
  public var description: String {
    switch self {
    case .unknownFormat:
      "The file is not a picture in a format that can be read "
        + "(\((ImageFileFormat.allCases.map(\.description) + ["GIF"]).joined(separator: ", ")))."
    case .damaged(let reason): "The file is damaged or cut (\(reason))."
    case .unsupported(let what): "The file cannot be read: \(what)."
    case .tooLarge(let width, let height, let limit):
      "The picture has \(width)×\(height) pixels, more than \(limit)."
    case .notWritten(let reason): "The picture cannot be written in this format (\(reason))."
    case .libraryUnavailable(let reason):
      "The library libvips, which reads and writes pictures, cannot be loaded (\(reason))."
    }
  }
}
