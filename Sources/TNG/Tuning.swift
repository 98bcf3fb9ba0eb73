/// What an encoder makes the picture close by: each has a model that was trained for it, which the file names.
public enum Tuning: String, Sendable, Hashable, CaseIterable {
  /// The mean squared error, of which PSNR is the logarithm.
  case psnr
}
