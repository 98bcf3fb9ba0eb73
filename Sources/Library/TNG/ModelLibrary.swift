import CModelWeights
import Codec
package import Neural

/// The models that this library carries. Each is unpacked when it is first used.
package enum ModelLibrary {
  /// Trained for mean squared error.
  package static let psnr = unpackedPSNR()

  /// Trained for MS-SSIM.
  package static let msSSIM = load(Tuning.msSSIM.weights)

  private static let psnrGradient = Refinement.gradient(of: psnr)
  private static let msSSIMGradient = Refinement.gradient(of: msSSIM)

  /// The model for PSNR, unpacked anew.
  package static func unpackedPSNR() -> Model { load(Tuning.psnr.weights) }

  /// The model that was trained for something.
  package static func model(for tuning: Tuning) -> Model {
    switch tuning {
    case .psnr: psnr
    case .msSSIM: msSSIM
    }
  }

  /// What refinement for something needs.
  static func gradient(for tuning: Tuning) -> NetworkGradient {
    switch tuning {
    case .psnr: psnrGradient
    case .msSSIM: msSSIMGradient
    }
  }

  /// The model that a file names, if it is here.
  static func model(id: UInt32) -> Model? { tuning(id: id).map(model) }

  /// The name of the model that a file names, if it is here. Unpacks nothing.
  static func name(id: UInt32) -> String? { tuning(id: id)?.rawValue }

  /// The number of quality levels of the model that a file names, if it is here. Unpacks nothing.
  static func levelCount(id: UInt32) -> Int? { tuning(id: id).map { _ in 64 } }

  private static func tuning(id: UInt32) -> Tuning? {
    Tuning.allCases.first { $0.weights.id == id }
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

extension Tuning {
  /// The embedded weights file.
  fileprivate var weights: tng_model_weights {
    switch self {
    case .psnr: tng_model_weights_psnr()
    case .msSSIM: tng_model_weights_ms_ssim()
    }
  }
}

extension tng_model_weights {
  /// The id of the model: the file's last four bytes.
  fileprivate var id: UInt32 { (1...4).reduce(0) { $0 << 8 | UInt32(bytes[count - $1]) } }
}
