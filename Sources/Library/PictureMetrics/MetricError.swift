/// Why two pictures cannot be compared.
public enum MetricError: Error, Sendable, Hashable {
  /// The pictures differ in width or height.
  case sizesDiffer
  /// One picture is grey and the other is not.
  case colorsDiffer
  /// A side of the pictures is shorter than the metric needs.
  case pictureTooSmall(minimumSide: Int)
}

extension MetricError: CustomStringConvertible {
  /// The error as a sentence.
  public var description: String {
    switch self {
    case .sizesDiffer: "The pictures differ in size."
    case .colorsDiffer: "One picture is grey and the other is not."
    case .pictureTooSmall(let side): "Each side must be at least \(side) pixels long."
    }
  }
}
