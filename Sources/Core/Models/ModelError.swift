package import Neural

/// How a weights file breaks Documentation/Weights.md.
package enum ModelError: Error, Sendable, Hashable {
  /// The file does not begin with the signature.
  case notWeights
  /// The file has a version that this reader does not know.
  case unknownVersion(UInt8)
  /// A record is not what it should be, or the file ends too early.
  case record(ParameterError)
  /// A network's layers do not follow on one another, or do not do what the network is for.
  case badNetwork(String)
  /// A frequency table, counted from the first, lacks a code for an integer that an encoder may
  /// have to send.
  case badTable(Int)
  /// The id at the end is not the check value of the bytes before.
  case checksumMismatch
  /// Bytes follow the id.
  case trailingBytes(offset: Int)

  /// Where it shows, in bytes from the file's start.
  package var offset: Int? {
    switch self {
    case .record(.truncated(let offset)), .record(.badField(_, let offset)),
      .record(.mayOverflow(_, let offset)), .record(.misfit(_, let offset)),
      .trailingBytes(let offset):
      offset
    case .notWeights, .unknownVersion, .badNetwork, .badTable, .checksumMismatch: nil
    }
  }

  /// The error as the end of a sentence.
  package var reason: String {
    switch self {
    case .notWeights: "it does not begin like a weights file"
    case .unknownVersion(let version): "it has version \(version) of the format"
    case .record(.truncated): "it ends too early"
    case .record(.badField(let what, let offset)): "at byte \(offset), \(what)"
    case .record(.mayOverflow(let output, let offset)):
      "the sums of output \(output) at byte \(offset) could leave 32 bits"
    case .record(.misfit(let what, let offset)): "at byte \(offset), \(what)"
    case .badNetwork(let what): what
    case .badTable(let number): "table \(number) lacks codes that an encoder may need"
    case .checksumMismatch: "it has the wrong check value"
    case .trailingBytes(let offset): "bytes follow its end at byte \(offset)"
    }
  }
}
