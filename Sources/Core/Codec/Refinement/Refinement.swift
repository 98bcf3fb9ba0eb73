package import Models
package import Neural

/// How latents are refined.
package struct Refinement: Sendable {
  /// The gradient of the synthesis without its last shuffle.
  let gradient: NetworkGradient
  /// The number of passes, at least 1.
  let passes: Int
  /// What counts beside bits.
  let distortion: Distortion
  let constants: RefinementConstants

  /// - Parameters:
  ///   - gradient: as ``Model/synthesisGradient()`` gives it.
  ///   - distortion: by default what comes nearest to what the model was trained for.
  package init(
    of model: Model, gradient: NetworkGradient, passes: Int, distortion: Distortion? = nil
  ) {
    self.gradient = gradient
    self.passes = passes
    self.distortion = distortion ?? Distortion(nearestTo: model.properties.objective)
    constants = model.properties.refinement
  }
}

/// What an encoder counts as distortion when it refines latents.
package enum Distortion: Sendable, Hashable {
  /// The mean squared error.
  case squaredError
  /// 1 − MS-SSIM.
  case structuralError
  /// A stand-in for SSIMULACRA2's error and half of the mean squared error.
  case perceptualError

  /// The one whose gradient stands for that of what a model was trained for.
  init(nearestTo objective: Objective) {
    self =
      switch objective {
      case .perceptual: .perceptualError
      case .structuralError: .structuralError
      default: .squaredError
      }
  }
}
