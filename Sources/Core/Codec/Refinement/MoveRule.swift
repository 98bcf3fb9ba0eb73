/// Which moves of latents a pass of refinement tries, how far, and what they have to bring to be made
/// (Documentation/Decisions/0005-refinement.md). Costs are in 1/256 bit.
struct MoveRule: Sendable {
  /// A move that is tried in full, that is, half way.
  static let wholeTrial = 256

  /// What a move has to promise at least to be tried.
  private static let leastPromise = 200

  /// Whether moves are tried the less far, the less they promise. That is better with few passes, for the gradient is then that of a place
  /// nearer to where the latents will be. With many it is worse: what was tried only a little is decided too early.
  private let isGradual: Bool
  /// The promise from which on a move is tried in full.
  private let fullPromise: Int
  /// What a move has to bring at least, for what it does to the prediction of others is not looked at.
  private let leastGain: Int
  /// What a move has to bring beyond that if it was not tried at all; in proportion, if it was tried a little.
  private let doubt: Int
  /// Whether moves can be made that were not tried at all.
  private let makesUntried: Bool

  init(_ refinement: Refinement) {
    switch refinement.distortion {
    case .squaredError:
      isGradual = refinement.passes <= 2
      (fullPromise, leastGain, doubt) = (800, 128, 2000)
      makesUntried = isGradual
    case .structuralError:
      // It is further from quadratic, so more is asked of a move.
      isGradual = refinement.passes == 1
      (fullPromise, leastGain, doubt) = (400, 384, 3000)
      makesUntried = false
    }
  }

  /// λ times the second derivative of the distortion by a latent, halved, for one that a scale table codes.
  ///
  /// Training makes it alike at all levels; latents that vary more have more of it.
  static func curvature(table: Int) -> Int { 900 + 40 * table }

  /// What a distance of 1 from what the analysis gave adds to the slope before the first pass.
  func firstSlope(table: Int) -> Int {
    // Bolder than the curvature says, unless moves that fail spoil the gradient of later passes.
    isGradual ? 2500 + 120 * table : 2 * Self.curvature(table: table)
  }

  /// How far, of ``wholeTrial``, a move is tried that promises so much; 0 if it is not.
  func trial(ofPromise promise: Int) -> Int {
    guard isGradual else { return promise > Self.leastPromise ? Self.wholeTrial : 0 }
    let share = (promise - Self.leastPromise) * Self.wholeTrial / fullPromise
    return min(max(share, 0), Self.wholeTrial)
  }

  /// What a move has to bring at least that was tried so far, of ``wholeTrial``; nil if it must not be made.
  func leastGain(trial: Int) -> Int? {
    guard trial > 0 || makesUntried else { return nil }
    return leastGain + doubt * (Self.wholeTrial - trial) / Self.wholeTrial
  }
}
