/// A part of a picture that a format does not hold.
package enum ImageLoss: Sendable, Hashable, CaseIterable {
  /// The alpha channel, which is blended over white.
  case alpha
  /// Samples of more than 8 bits, which are rounded to 8.
  case depth
  /// The ICC profile; the samples become sRGB by it.
  case iccProfile
  /// The EXIF block.
  case exif
  /// The XMP packet.
  case xmp
  /// The colours of pixels that are invisible, by an alpha of 0.
  case hiddenColors
}

extension ImageLoss: CustomStringConvertible {
  package var description: String {
    switch self {
    case .alpha: "transparency, which is blended over white"
    case .depth: "samples of more than 8 bits, which are rounded"
    case .iccProfile: "the colour profile; the samples become sRGB"
    case .exif: "EXIF metadata"
    case .xmp: "XMP metadata"
    case .hiddenColors: "the colours of invisible pixels"
    }
  }
}
