import Models
import Pixels
import TNG
import TestSupport

/// The models that the files of `Tests/Conformance` name: a small one of their own, which no
/// training changes, and for a handful the trained ones.
struct ConformanceModels {
  let small: Model
  let library: ModelLibrary

  /// - Parameter weights: the weights file of the small model.
  init(weights: [UInt8]) throws {
    small = try Model(parsing: weights)
    var library = ModelLibrary.embedded
    library.add(ModelEntry(small, isOffered: true))
    self.library = library
  }

  /// The small model as the tests make it.
  static func generated() throws -> (models: ConformanceModels, weights: [UInt8]) {
    let weights = SmallModel().weights()
    return (try ConformanceModels(weights: weights), weights)
  }

  /// A picture's file by the small model.
  func encoded(
    _ picture: Picture, level: Int = 31, graphics: Graphics = .never
  ) throws -> [UInt8] {
    try TNGEncoder(
      options: .init(
        target: .level(level), graphics: graphics, threads: 2, model: small.name, models: library)
    ).encode(picture)
  }
}
