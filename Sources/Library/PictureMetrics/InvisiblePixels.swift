import Pixels

/// Two pictures with the same colours where the original is invisible, by an alpha of 0: a smooth
/// continuation of what is visible, so that neither what is hidden nor its edges count.
func visible(
  _ decoded: PixelBuffer, _ original: PixelBuffer
) -> (decoded: PixelBuffer, original: PixelBuffer) {
  guard let hidden = original.invisiblePixels else { return (decoded, original) }
  let filled = original.filled(where: hidden)
  return (decoded.replacing(hidden, from: filled), filled)
}
