import CModelWeights
package import Neural

/// The models that this library carries. Each is unpacked when it is first used.
package enum ModelLibrary {
  /// Trained for mean squared error.
  package static let psnr = unpackedPSNR()

  /// The same model, unpacked anew.
  package static func unpackedPSNR() -> Model { load(tng_model_weights_psnr()) }

  /// The model that a file names, if it is here.
  static func model(id: UInt32) -> Model? {
    id == embeddedID(tng_model_weights_psnr()) ? psnr : nil
  }

  /// The name of the model that a file names. Unpacks nothing.
  static func name(id: UInt32) -> String? {
    id == embeddedID(tng_model_weights_psnr()) ? "psnr" : nil
  }

  /// The id of a weights file: its last four bytes.
  private static func embeddedID(_ weights: tng_model_weights) -> UInt32 {
    (1...4).reduce(0) { $0 << 8 | UInt32(weights.bytes[weights.count - $1]) }
  }

  private static func load(_ weights: tng_model_weights) -> Model {
    do {
      return try Model(
        parsing: UnsafeRawBufferPointer(start: weights.bytes, count: weights.count))
    } catch {
      preconditionFailure("the embedded weights are not valid: \(error)")
    }
  }
}
