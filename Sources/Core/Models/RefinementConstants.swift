/// What an encoder has to know of a model to choose integers for its latents
/// (Documentation/Decisions/0005-refinement.md). Costs are in 1/256 bit; a step is a latent's
/// quantisation step.
package struct RefinementConstants: Sendable, Hashable {
  /// What a squared error of one step in a latent counts when latents are only rounded.
  package var roundingWeight: Int
  /// What the distortion is multiplied by, in 1/65536.
  package var distortionWeight: Int
  /// λ times the second derivative of the distortion by a latent, halved: for scale index 0, and
  /// what each index adds.
  package var curvature: Line
  /// What a distance of one step from what the analysis gave adds to the slope before the first
  /// pass, if moves are tried in proportion.
  package var firstSlope: Line
  /// What a move has to promise at least to be tried.
  package var leastPromise: Int
  /// The promise beyond that from which on a move is tried in full.
  package var fullPromise: Int
  /// What a move has to bring at least, for what it does to the prediction of others is not looked
  /// at.
  package var leastGain: Int
  /// What a move has to bring beyond that if it was not tried at all; in proportion, if it was
  /// tried a little.
  package var doubt: Int
  /// Up to so many passes moves are tried in proportion to what they promise.
  package var proportionalPasses: Int
  /// Whether moves may then be made that were not tried at all.
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
