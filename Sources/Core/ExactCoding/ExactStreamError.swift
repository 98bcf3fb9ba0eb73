/// What is wrong with a stream of exact samples.
package enum ExactStreamError: Error, Sendable, Hashable {
  /// The stream ends before its last sample. The first `rows` rows of the tile are right, as far as
  /// they had arrived.
  case truncated(rows: Int)
  /// Bytes are left after the last sample.
  case unbalanced
  /// The palette has more colours than any encoder writes.
  case paletteTooLarge
}
