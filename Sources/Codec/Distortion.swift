/// What an encoder counts as distortion when it refines latents.
package enum Distortion: Sendable, Hashable {
  /// The mean squared error.
  case squaredError
  /// 1 − MS-SSIM, times 1280, which makes it count about what the mean squared error does.
  case structuralError
}
