/// Colours by numbers: the code points of ITU-T H.273 for primaries and transfer, as PNG (`cICP`),
/// HEIF and AVIF (`nclx`) have them.
struct CodePoints: Hashable {
  let primaries: Int
  let transfer: Int
}

extension ColorDescription {
  /// The colours of code points, or nil for unknown ones.
  ///
  /// What is unspecified (2) is sRGB's. The curves 1, 6, 14 and 15 are cameras'; screens show such
  /// samples much as they show sRGB, so sRGB's curve is taken for them.
  init?(_ codePoints: CodePoints) {
    guard let chromaticities = Chromaticities(codePoint: codePoints.primaries),
      let curve = TransferCurve(codePoint: codePoints.transfer)
    else { return nil }
    self.init(chromaticities: chromaticities, curve: curve)
    self.codePoints = codePoints
  }
}

extension Chromaticities {
  /// The primaries of a code point (H.273, table 2).
  fileprivate init?(codePoint: Int) {
    let d65 = Chromaticity(0.3127, 0.3290)
    let c = Chromaticity(0.310, 0.316)
    switch codePoint {
    case 1, 2: self = .sRGB
    case 4: self.init(.init(0.67, 0.33), .init(0.21, 0.71), .init(0.14, 0.08), white: c)
    case 5: self.init(.init(0.64, 0.33), .init(0.29, 0.60), .init(0.15, 0.06), white: d65)
    case 6, 7: self.init(.init(0.630, 0.340), .init(0.310, 0.595), .init(0.155, 0.070), white: d65)
    case 8: self.init(.init(0.681, 0.319), .init(0.243, 0.692), .init(0.145, 0.049), white: c)
    case 9: self.init(.init(0.708, 0.292), .init(0.170, 0.797), .init(0.131, 0.046), white: d65)
    case 11:
      self.init(
        .init(0.680, 0.320), .init(0.265, 0.690), .init(0.150, 0.060), white: .init(0.314, 0.351))
    case 12: self.init(.init(0.680, 0.320), .init(0.265, 0.690), .init(0.150, 0.060), white: d65)
    case 22: self.init(.init(0.630, 0.340), .init(0.295, 0.605), .init(0.155, 0.077), white: d65)
    default: return nil
    }
  }
}

extension TransferCurve {
  /// The curve of a code point (H.273, table 3).
  fileprivate init?(codePoint: Int) {
    switch codePoint {
    case 1, 2, 6, 13, 14, 15: self = .sRGB
    case 4: self = .power(2.2)
    case 5: self = .power(2.8)
    case 8: self = .power(1)
    case 16: self = .perceptualQuantizer
    case 17: self = .power(2.6)
    case 18: self = .hybridLogGamma
    default: return nil
    }
  }
}
