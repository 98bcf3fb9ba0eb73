/// What a weights file says of a model before its networks (Documentation/Weights.md).
package struct ModelProperties: Sendable, Hashable {
  /// What people call the model.
  package let name: String
  /// What it was trained for.
  package let objective: Objective
  package let geometry: LatentGeometry
  /// The number of latent channels, M.
  package let latentChannels: Int
  /// The number of hyper latent channels, Z.
  package let hyperChannels: Int
  /// The number of fractional bits of latents and means, F.
  package let fractionBits: Int
  /// Scale indices below this one are not coded.
  package let skipBelow: Int
  package let order: CodingOrder
  /// λ of each quality level, in 2^−24: training minimised bits a pixel + λ·distortion.
  package let lambdas: [UInt32]
  package let refinement: RefinementConstants

  /// The number of quality levels.
  package var levelCount: Int { lambdas.count }

  /// The most levels that a model may have: a file has 7 bits for them.
  package static let maximumLevels = 128
}

/// What a model was trained for. The raw value is its name in a weights file.
package struct Objective: RawRepresentable, Sendable, Hashable {
  package let rawValue: String

  package init(rawValue: String) { self.rawValue = rawValue }

  /// The mean squared error.
  package static let squaredError = Objective(rawValue: "mse")
  /// SSIMULACRA2's error and the mean squared error together.
  package static let perceptual = Objective(rawValue: "perceptual")
  /// 1 − MS-SSIM.
  package static let structuralError = Objective(rawValue: "ms-ssim")
}
