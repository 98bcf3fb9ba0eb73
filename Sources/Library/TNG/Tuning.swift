/// The distortion that encoding minimises: each has a model of its name that was trained for it.
public enum Tuning: String, Sendable, Hashable, CaseIterable {
  /// The mean squared error, of which PSNR is the logarithm.
  case psnr
  /// MS-SSIM, which looks at structure: more texture where it is seen, fewer bits where errors are
  /// hidden.
  case msSSIM = "ms-ssim"
  /// SSIMULACRA2's error and the mean squared error together, by a model with more latents, whose
  /// highest levels come near what nobody can tell from the original.
  case perceptual

  /// The tuning used when none is asked for: the one that looks better
  /// (Documentation/Decisions/0006-the-default-model.md).
  public static let standard = Tuning.msSSIM
}
