/// The distortion that encoding minimises: each has a model of its name that was trained for it.
public enum Tuning: String, Sendable, Hashable, CaseIterable {
  /// What people see: SSIMULACRA2's error and the mean squared error together.
  case perceptual
  /// The mean squared error, of which PSNR is the logarithm.
  case psnr

  /// The tuning used when none is asked for: the one that looks better
  /// (Documentation/Decisions/0006-the-default-model.md).
  public static let standard = Tuning.perceptual
}
