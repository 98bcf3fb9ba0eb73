/// A colour as CIE 1931 x and y.
struct Chromaticity: Hashable {
  let x: Double
  let y: Double

  init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

/// The colours of red, green and blue, and of white.
struct Chromaticities: Hashable {
  let red: Chromaticity
  let green: Chromaticity
  let blue: Chromaticity
  let white: Chromaticity

  init(_ red: Chromaticity, _ green: Chromaticity, _ blue: Chromaticity, white: Chromaticity) {
    self.red = red
    self.green = green
    self.blue = blue
    self.white = white
  }

  /// Those of sRGB (IEC 61966-2-1) and BT.709.
  static let sRGB = Chromaticities(
    .init(0.64, 0.33), .init(0.30, 0.60), .init(0.15, 0.06), white: .init(0.3127, 0.3290))

  /// Those of Adobe RGB (1998).
  static let adobeRGB = Chromaticities(
    .init(0.64, 0.33), .init(0.21, 0.71), .init(0.15, 0.06), white: .init(0.3127, 0.3290))

  /// Those of ROMM RGB (ISO 22028-2), also called ProPhoto.
  static let rommRGB = Chromaticities(
    .init(0.7347, 0.2653), .init(0.1596, 0.8404), .init(0.0366, 0.0001),
    white: .init(0.3457, 0.3585))

  /// Whether all lie within a thousandth of others.
  func isNear(_ other: Chromaticities) -> Bool {
    let pairs = [
      (red, other.red), (green, other.green), (blue, other.blue), (white, other.white),
    ]
    return pairs.allSatisfy { abs($0.x - $1.x) <= 0.0011 && abs($0.y - $1.y) <= 0.0011 }
  }
}

/// How samples become light.
enum TransferCurve: Hashable {
  case sRGB
  /// Light is the sample, 0 … 1, to a power.
  case power(Double)
  /// PQ (SMPTE ST 2084): up to 10 000 cd/m².
  case perceptualQuantizer
  /// HLG (ITU-R BT.2100).
  case hybridLogGamma

  /// Whether samples tell of light brighter than white.
  var isHighDynamicRange: Bool { self == .perceptualQuantizer || self == .hybridLogGamma }
}

/// The colours of samples as a container gives them in numbers instead of an ICC profile.
struct ColorDescription: Hashable {
  var chromaticities = Chromaticities.sRGB
  var curve = TransferCurve.sRGB
  /// The numbers, if they are those of H.273.
  var codePoints: CodePoints?

  init(chromaticities: Chromaticities = .sRGB, curve: TransferCurve = .sRGB) {
    self.chromaticities = chromaticities
    self.curve = curve
  }

  /// Whether samples need no profile: they are sRGB, or as near as a gamma of 1/2.2 is.
  var isSRGB: Bool {
    guard chromaticities.isNear(.sRGB) else { return false }
    if case .power(let exponent) = curve { return abs(exponent - 2.2) < 0.03 }
    return curve == .sRGB
  }
}
