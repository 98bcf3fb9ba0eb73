/// What an encoder has to know of a model to choose integers for its latents
/// (Documentation/Decisions/0005-refinement.md). Costs are in 1/256 bit; a step is a latent's
/// quantisation step.
package struct RefinementConstants: Sendable, Hashable {
  /// The weight of a squared error of one step in a latent when latents are rounded without
  /// refinement.
  package var roundingWeight: Int
  /// The factor of the distortion, in 1/65536.
  package var distortionWeight: Int
  /// λ times half the second derivative of the distortion with respect to a latent, as a line over
  /// the scale index.
  package var curvature: Line
  /// The gradient that stands in before the first pass, for each step between a latent and what the
  /// analysis gave, if moves are tried in proportion.
  package var firstSlope: Line
  /// The predicted gain that a move needs to be tried.
  package var leastPredictedGain: Int
  /// The predicted gain beyond that at which a move is tried in full.
  package var predictedGainSpan: Int
  /// The gain by the midpoint gradient that a move needs to be made; more than 0, because what it
  /// does to the prediction of other latents is left out.
  package var leastGain: Int
  /// The gain that a move needs beyond that if it was not tried; in proportion if it was tried in
  /// part.
  package var untriedMargin: Int
  /// With up to this many passes, moves are tried in proportion to their predicted gain.
  package var proportionalPasses: Int
  /// Whether moves may then be made that were not tried.
  package var makesUntried: Bool

  /// A value for each scale index.
  package struct Line: Sendable, Hashable {
    package var base: Int
    package var perIndex: Int

    package init(base: Int, perIndex: Int) {
      self.base = base
      self.perIndex = perIndex
    }

    package func at(_ index: Int) -> Int { base + perIndex * index }
  }
}
