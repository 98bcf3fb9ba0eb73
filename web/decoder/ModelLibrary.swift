import Neural

/// The models that the page has loaded. Takes the place of the library's own file of this name, which embeds them.
enum ModelLibrary {
  // SAFETY: an instance of the WebAssembly module is used by one thread.
  nonisolated(unsafe) private static var models: [Model] = []

  /// Unpacks a weights file (Documentation/Weights.md).
  static func load(_ weights: [UInt8]) throws(ModelError) {
    let model = try Model(parsing: weights)
    if self.model(id: model.id) == nil { models.append(model) }
  }

  /// The model that a file names, if it is loaded.
  static func model(id: UInt32) -> Model? { models.first { $0.id == id } }

  /// The name of the model that a file names, if it is loaded.
  static func name(id: UInt32) -> String? { model(id: id)?.name }

  /// The number of quality levels of the model that a file names, if it is loaded.
  static func levelCount(id: UInt32) -> Int? { model(id: id)?.levelCount }
}
