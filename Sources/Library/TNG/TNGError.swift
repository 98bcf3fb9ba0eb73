/// Why a picture could not be encoded or decoded.
public enum TNGError: Error, Sendable, Hashable {
  /// The file breaks the format; `offset` is the byte where it shows.
  case damaged(String, offset: Int)
  /// The file ends before its picture does.
  case truncated(offset: Int)
  /// The file is sound, but needs what this decoder does not have.
  case unsupported(String)
  /// The file or the picture goes beyond a limit; the text is a sentence without its full stop.
  case limitExceeded(Limit, String)
  /// The target cannot be met at any quality level.
  case targetNotReachable(String)
}

extension TNGError: CustomStringConvertible {
  /// The error as sentences.
  public var description: String {
    switch self {
    case .damaged(let what, let offset): "The file is damaged at byte \(offset): \(what)."
    case .truncated(let offset):
      "The file is cut: it ends at byte \(offset), before its picture does."
    case .unsupported(let what): "The file cannot be read by this version: \(what)."
    case .limitExceeded(_, let what): "\(what)."
    case .targetNotReachable(let what): "The target cannot be met: \(what)."
    }
  }
}
