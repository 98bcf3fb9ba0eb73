package import Neural

/// The models that an encoder or decoder can use.
package struct ModelRegistry: Sendable {
  /// The models, in the order in which they were added.
  package private(set) var entries: [ModelEntry] = []

  package init() {}

  /// Adds a model, unless one of its id is there.
  package mutating func add(_ entry: ModelEntry) {
    if self.entry(id: entry.id) == nil { entries.append(entry) }
  }

  /// The model that a file names.
  package func entry(id: UInt32) -> ModelEntry? { entries.first { $0.id == id } }

  /// The first model of a name that is offered for encoding.
  package func offered(named name: String) -> ModelEntry? {
    entries.first { $0.isOffered && $0.properties.name == name }
  }
}

/// A model that is unpacked when it is first used.
package final class ModelEntry: Sendable {
  package let id: UInt32
  package let properties: ModelProperties
  /// Whether encoders choose it by its name; an old model only decodes, and encodes if its id is
  /// named.
  package let isOffered: Bool
  private let weights: Weights
  private let unpacked = Lazy<Result<Model, ModelError>>()
  private let synthesisGradient = Lazy<NetworkGradient>()

  /// Where the weights are.
  private enum Weights: @unchecked Sendable {
    // SAFETY: constants of the program.
    case embedded(UnsafeRawBufferPointer)
    case bytes([UInt8])
    case model(Model)
  }

  /// A model whose weights file stays in memory for as long as the program runs.
  package init(embedded bytes: UnsafeRawBufferPointer, isOffered: Bool) throws(ModelError) {
    (id, properties) = try Self.read(bytes)
    self.isOffered = isOffered
    weights = .embedded(bytes)
  }

  /// A model of a weights file.
  package init(_ bytes: [UInt8], isOffered: Bool) throws(ModelError) {
    (id, properties) = try bytes.withUnsafeBufferPointer { bytes throws(ModelError) in
      try Self.read(UnsafeRawBufferPointer(bytes))
    }
    self.isOffered = isOffered
    weights = .bytes(bytes)
  }

  /// A model that is unpacked already.
  package init(_ model: Model, isOffered: Bool) {
    (id, properties) = (model.id, model.properties)
    self.isOffered = isOffered
    weights = .model(model)
  }

  /// The id, which is the file's last four bytes, and the properties.
  private static func read(
    _ bytes: UnsafeRawBufferPointer
  ) throws(ModelError) -> (UInt32, ModelProperties) {
    var reader = ParameterReader(bytes)
    let properties = try ModelProperties(parsing: &reader)
    guard reader.remaining >= 4 else { throw .record(.truncated(offset: bytes.count)) }
    let id = bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self)
    return (UInt32(littleEndian: id), properties)
  }

  /// The model.
  package func model() throws(ModelError) -> Model {
    if case .model(let model) = weights { return model }
    return try unpacked.value(unpack).get()
  }

  private func unpack() -> Result<Model, ModelError> {
    do throws(ModelError) {
      switch weights {
      case .embedded(let bytes): return .success(try Model(parsing: bytes))
      case .bytes(let bytes): return .success(try Model(parsing: bytes))
      case .model(let model): return .success(model)
      }
    } catch {
      return .failure(error)
    }
  }

  /// What refinement needs of the model.
  package func gradient() throws(ModelError) -> NetworkGradient {
    let model = try model()
    return synthesisGradient.value { model.synthesisGradient() }
  }
}
