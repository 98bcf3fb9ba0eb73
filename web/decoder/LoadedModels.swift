import Models

extension ModelLibrary {
  // SAFETY: an instance of the WebAssembly module is used by one thread.
  /// The models that the page has loaded, where programs have those that the library embeds.
  nonisolated(unsafe) public private(set) static var embedded = ModelLibrary()

  /// Unpacks a weights file (Documentation/Weights.md).
  static func load(_ weights: [UInt8]) throws(ModelError) {
    embedded.add(ModelEntry(try Model(parsing: weights), isOffered: true))
  }
}
