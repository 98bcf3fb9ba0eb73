package import Neural

/// How latents are refined.
package struct Refinement: Sendable {
  /// The gradient of the synthesis without its last shuffle.
  let gradient: NetworkGradient
  /// The number of passes, at least 1.
  let passes: Int
  /// What counts beside bits: what the model was trained for.
  let distortion: Distortion

  /// - Parameter gradient: as ``gradient(of:)`` gives it.
  package init(
    gradient: NetworkGradient, passes: Int, distortion: Distortion = .squaredError
  ) {
    self.gradient = gradient
    self.passes = passes
    self.distortion = distortion
  }

  /// What refinement needs of a model; takes about as long as encoding a small picture.
  package static func gradient(of model: Model) -> NetworkGradient {
    NetworkGradient(of: model.synthesis.layers.dropLast())
  }
}

/// What an encoder counts as distortion when it refines latents.
package enum Distortion: Sendable, Hashable {
  /// The mean squared error.
  case squaredError
  /// 1 − MS-SSIM, times ``StructuralError/factor``.
  case structuralError
}
