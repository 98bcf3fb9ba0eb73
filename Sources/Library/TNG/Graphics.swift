/// What becomes of screenshots, charts and drawings, and of their parts in mixed pictures.
public enum Graphics: String, Sendable, Hashable, CaseIterable {
  /// The blocks of 16×16 pixels that take less that way, for what they would lose otherwise, are
  /// kept as they are. Photographs have none.
  case auto
  /// All of the picture goes through the network.
  case never
}
