import Models

/// Which moves of latents a pass of refinement tries, how far, and what they have to bring to be
/// made (Documentation/Decisions/0005-refinement.md). Costs are in 1/256 bit.
struct MoveRule: Sendable {
  /// A move that is tried in full, that is, half way.
  static let wholeTrial = 256

  private let constants: RefinementConstants
  /// Whether moves are tried the less far, the less they promise. That is better with few passes,
  /// for the gradient is then that of a place nearer to where the latents will be. With many it is
  /// worse: what was tried only a little is decided too early.
  private let isProportional: Bool

  init(_ refinement: Refinement) {
    constants = refinement.constants
    isProportional = refinement.passes <= constants.proportionalPasses
  }

  /// λ times the second derivative of the distortion by a latent, halved, for one that a scale
  /// table codes.
  ///
  /// Training makes it alike at all levels; latents that vary more have more of it.
  func curvature(table: Int) -> Int { constants.curvature.at(table) }

  /// What a distance of 1 from what the analysis gave adds to the slope before the first pass.
  func firstSlope(table: Int) -> Int {
    // Bolder than the curvature says, unless moves that fail spoil the gradient of later passes.
    isProportional ? constants.firstSlope.at(table) : 2 * curvature(table: table)
  }

  /// How far, of ``wholeTrial``, a move is tried that promises so much; 0 if it is not.
  func trial(ofPromise promise: Int) -> Int {
    let excess = promise - constants.leastPromise
    guard isProportional else { return excess > 0 ? Self.wholeTrial : 0 }
    return min(max(excess * Self.wholeTrial / constants.fullPromise, 0), Self.wholeTrial)
  }

  /// What a move has to bring at least that was tried so far, of ``wholeTrial``; nil if it must not
  /// be made.
  func leastGain(trial: Int) -> Int? {
    guard trial > 0 || (isProportional && constants.makesUntried) else { return nil }
    return constants.leastGain
      + constants.doubt * (Self.wholeTrial - trial) / Self.wholeTrial
  }
}
