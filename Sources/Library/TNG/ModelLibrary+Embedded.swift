import CModelWeights
package import Models

extension ModelLibrary {
  /// The models that this library carries.
  public static let embedded: ModelLibrary = {
    var library = ModelLibrary()
    for entry in [perceptualEntry, psnrEntry] { library.add(entry) }
    return library
  }()

  private static let psnrEntry = entry(tng_model_weights_psnr())
  private static let perceptualEntry = entry(tng_model_weights_perceptual())

  /// The embedded model that was trained for the mean squared error.
  package static var psnr: Model { model(psnrEntry) }

  /// The embedded model that was trained for what people see.
  package static var perceptual: Model { model(perceptualEntry) }

  /// The model for PSNR, unpacked anew.
  package static func unpackedPSNR() -> Model { model(entry(tng_model_weights_psnr())) }

  private static func entry(_ weights: tng_model_weights) -> ModelEntry {
    do {
      return try ModelEntry(
        embedded: UnsafeRawBufferPointer(start: weights.bytes, count: weights.count),
        isOffered: true)
    } catch {
      preconditionFailure("the embedded weights are not valid: \(error)")
    }
  }

  private static func model(_ entry: ModelEntry) -> Model {
    do {
      return try entry.model()
    } catch {
      preconditionFailure("the embedded weights are not valid: \(error)")
    }
  }
}
