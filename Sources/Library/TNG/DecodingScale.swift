/// The size at which a picture is decoded. Smaller ones take less time, with a model that has heads
/// for them; with others the picture is decoded whole and averaged.
public enum DecodingScale: Int, Sendable, Hashable, CaseIterable {
  /// As it is.
  case whole = 1
  /// Half as wide and high.
  case half = 2
  /// A quarter as wide and high.
  case quarter = 4
  /// An eighth as wide and high.
  case eighth = 8
}

extension PictureInfo {
  /// The size of the picture at a scale. A pixel at its right or lower edge may stand for fewer of
  /// the picture's than others.
  public func size(at scale: DecodingScale) -> (width: Int, height: Int) {
    let reduced = { (side: Int) in (side + scale.rawValue - 1) / scale.rawValue }
    return (reduced(width), reduced(height))
  }

  /// The smallest size at which the picture is at least so wide and high, or the whole. Only scales
  /// that divide both sides count: a last pixel that stands for less than the others would stretch
  /// the picture when it is made smaller still.
  public func scale(covering width: Int, _ height: Int) -> DecodingScale {
    let scales = DecodingScale.allCases.reversed().filter {
      self.width.isMultiple(of: $0.rawValue) && self.height.isMultiple(of: $0.rawValue)
    }
    return scales.first { size(at: $0).width >= width && size(at: $0).height >= height } ?? .whole
  }
}
