import Bytes

/// How a weights file breaks Documentation/Weights.md.
package enum ModelError: Error, Sendable, Hashable {
  /// The file ends too early.
  case truncated(offset: Int)
  /// The file does not begin with the signature.
  case notWeights
  /// The file has a version that this reader does not know.
  case unknownVersion(UInt8)
  /// A field is outside its range.
  case badField(String, offset: Int)
  /// A sum of products could leave 32 bits.
  case mayOverflow(output: Int, offset: Int)
  /// A network's layers do not follow on one another, or do not do what the network is for.
  case badNetwork(String)
  /// A frequency table, counted from the first, lacks a code for an integer that an encoder may have to send.
  case badTable(Int)
  /// The id at the end is not the check value of the bytes before.
  case checksumMismatch
  /// Bytes follow the id.
  case trailingBytes(offset: Int)
}
