import Models

/// Which moves of latents a pass of refinement tries, how far, and the gain that they need to be
/// made (Documentation/Decisions/0005-refinement.md). Costs and gains are in 1/256 bit.
struct MoveRule: Sendable {
  /// A trial in full: the gradient is taken at the midpoint of the move. A smaller trial is nearer
  /// to where the latent is, in proportion.
  static let wholeTrial = 256

  private let constants: RefinementConstants
  /// Whether moves are tried in proportion to their predicted gain. With few passes this is better:
  /// the gradient is taken near the expected midpoint, given that not all moves will be made. With
  /// many passes it is worse: moves that were tried only in part are decided too early.
  private let isProportional: Bool

  init(_ refinement: Refinement) {
    constants = refinement.constants
    isProportional = refinement.passes <= constants.proportionalPasses
  }

  /// λ times half the second derivative of the distortion with respect to a latent that is coded by
  /// a scale table.
  ///
  /// It grows with the scale and is nearly the same at all quality levels, because training weighs
  /// rate against distortion at each.
  func curvature(table: Int) -> Int { constants.curvature.at(table) }

  /// The gradient that stands in before the first pass, for a latent one step from what the
  /// analysis gave.
  func firstSlope(table: Int) -> Int {
    // For a quadratic cost it would be twice the curvature. With few passes more is better.
    isProportional ? constants.firstSlope.at(table) : 2 * curvature(table: table)
  }

  /// How far, of ``wholeTrial``, a move is tried; 0 if it is not.
  func trial(predictedGain: Int) -> Int {
    let excess = predictedGain - constants.leastPredictedGain
    guard isProportional else { return excess > 0 ? Self.wholeTrial : 0 }
    return min(max(excess * Self.wholeTrial / constants.predictedGainSpan, 0), Self.wholeTrial)
  }

  /// The gain by the gradient at its trial that a move needs to be made; nil if it must not be.
  ///
  /// - Parameter trial: how far it was tried, of ``wholeTrial``.
  func leastGain(trial: Int) -> Int? {
    guard trial > 0 || (isProportional && constants.makesUntried) else { return nil }
    return constants.leastGain
      + constants.untriedMargin * (Self.wholeTrial - trial) / Self.wholeTrial
  }
}
