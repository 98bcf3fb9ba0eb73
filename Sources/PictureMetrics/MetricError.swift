/// Why two pictures or two curves cannot be compared.
public enum MetricError: Error, Sendable, Hashable {
  /// The pictures differ in width or height.
  case sizesDiffer
  /// One picture is grey and the other is not.
  case colorsDiffer
  /// A side of the pictures is shorter than the metric needs.
  case pictureTooSmall(minimumSide: Int)
  /// A curve has fewer than two points, a rate or quality that is not a finite number, a rate that
  /// is not positive, or two points of the same quality.
  case curveNotUsable
  /// The curves have no quality in common.
  case noCommonRange
}

extension MetricError: CustomStringConvertible {
  /// The error as a sentence.
  public var description: String {
    switch self {
    case .sizesDiffer: "The pictures differ in size."
    case .colorsDiffer: "One picture is grey and the other is not."
    case .pictureTooSmall(let side): "Each side must be at least \(side) pixels long."
    case .curveNotUsable: "A curve needs two points of positive rate and different finite quality."
    case .noCommonRange: "The curves have no range of quality in common."
    }
  }
}
