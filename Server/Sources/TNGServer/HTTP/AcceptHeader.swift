import HTTPTypes

/// What a client accepts (RFC 9110, section 12.5.1).
struct AcceptHeader: Hashable {
  private struct Range: Hashable {
    /// Such as `image/png`, `image/*` or `*/*`.
    let name: String
    /// 0 (not acceptable) … 1.
    let weight: Double
  }

  private let ranges: [Range]

  /// Reads the fields of a request; without any, all is acceptable. What is malformed is left out.
  init(_ fields: HTTPFields) {
    let values = fields[values: .accept].flatMap { $0.split(separator: ",") }
    let ranges = values.compactMap(Self.range)
    self.ranges = values.isEmpty ? [Range(name: "*/*", weight: 1)] : ranges
  }

  private static func range(_ value: Substring) -> Range? {
    let parts = value.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
    guard let name = parts.first, name.contains("/") else { return nil }
    let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 }
    return Range(name: name, weight: min(max(weight ?? 1, 0), 1))
  }

  /// The weight that a client gives a media type by its name, or by a wildcard too.
  func weight(of mediaType: String, byWildcards: Bool = true) -> Double {
    let category = mediaType.prefix { $0 != "/" }
    let names = [mediaType] + (byWildcards ? ["\(category)/*", "*/*"] : [])
    return names.lazy.compactMap { name in ranges.first { $0.name == name }?.weight }.first ?? 0
  }

  /// The choices with a weight above 0, the highest first, and equal ones in their order.
  func ranked<Choice>(_ choices: [Choice], weight: (Choice) -> Double) -> [Choice] {
    let weighted = choices.map { (choice: $0, weight: weight($0)) }.filter { $0.weight > 0 }
    let weights = Set(weighted.map(\.weight)).sorted(by: >)
    return weights.flatMap { weight in
      weighted.filter { $0.weight == weight }.map(\.choice)
    }
  }
}
