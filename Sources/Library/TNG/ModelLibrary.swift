package import Models
import Neural

/// The models that encoders and decoders can use: a file names the one that it was made with.
///
///     var models = ModelLibrary.embedded
///     try models.add(weights)
///     let decoder = TNGDecoder(options: .init(models: models))
///
/// A model is unpacked when it is first used. All that have a library in common share what is
/// unpacked.
public struct ModelLibrary: Sendable {
  package private(set) var registry = ModelRegistry()

  /// Creates a library without models.
  public init() {}

  /// Adds the model of a weights file (`Documentation/Weights.md`), unless it is there already.
  ///
  /// - Parameter isOffered: whether encoders may choose it by its name
  ///   (``TNGEncoder/Options/model``); otherwise by its id alone, as suits an old model. Of several
  ///   models of one name the first that was added is chosen.
  /// - Throws: a ``TNGError`` if the file does not begin like one. The rest is checked when the
  ///   model is first used.
  public mutating func add(_ weights: [UInt8], isOffered: Bool = true) throws(TNGError) {
    do throws(ModelError) {
      add(try ModelEntry(weights, isOffered: isOffered))
    } catch {
      throw TNGError(error)
    }
  }

  package mutating func add(_ entry: ModelEntry) { registry.add(entry) }

  /// The models, in the order in which they were added.
  public var models: [Entry] { registry.entries.map { Entry($0) } }

  /// A model of a library.
  public struct Entry: Sendable, Hashable {
    /// What files call it.
    public let id: UInt32
    /// What people call it.
    public let name: String
    /// What it was trained for: `mse`, `ms-ssim` or another name.
    public let objective: String
    /// The number of its quality levels.
    public let levelCount: Int
    /// Whether encoders may choose it by its name.
    public let isOffered: Bool

    init(_ entry: ModelEntry) {
      id = entry.id
      name = entry.properties.name
      objective = entry.properties.objective.rawValue
      levelCount = entry.properties.levelCount
      isOffered = entry.isOffered
    }
  }
}

extension ModelEntry {
  /// The model, unpacked.
  func usableModel() throws(TNGError) -> Model {
    do throws(ModelError) {
      return try model()
    } catch {
      throw TNGError(error)
    }
  }
}

extension ModelEntry {
  /// What refinement needs of the model.
  func usableGradient() throws(TNGError) -> NetworkGradient {
    do throws(ModelError) {
      return try gradient()
    } catch {
      throw TNGError(error)
    }
  }
}

extension TNGError {
  /// What an error of a weights file means to a caller.
  init(_ error: ModelError) {
    if case .unknownVersion(let version) = error {
      self.init(.unsupportedModelVersion, value: UInt64(version))
    } else {
      self.init(.invalidModel, offset: error.offset)
    }
  }
}
