/// The samples that a pixel of a ``PixelBuffer`` has, in their order.
public enum PixelFormat: Sendable, Hashable, CaseIterable {
  /// One luminance sample.
  case gray
  /// Luminance, then alpha.
  case grayAlpha
  /// Red, green, blue.
  case rgb
  /// Red, green, blue, then alpha.
  case rgba

  /// The format with or without colour and alpha.
  public init(isGray: Bool, hasAlpha: Bool) {
    self = isGray ? (hasAlpha ? .grayAlpha : .gray) : (hasAlpha ? .rgba : .rgb)
  }

  /// The number of samples of a pixel, 1 … 4.
  public var channels: Int {
    switch self {
    case .gray: 1
    case .grayAlpha: 2
    case .rgb: 3
    case .rgba: 4
    }
  }

  /// Whether a pixel has a single luminance sample instead of three colours.
  public var isGray: Bool { self == .gray || self == .grayAlpha }

  /// Whether the last sample of a pixel is alpha (0 transparent, the largest sample opaque; not
  /// premultiplied).
  public var hasAlpha: Bool { self == .grayAlpha || self == .rgba }
}
