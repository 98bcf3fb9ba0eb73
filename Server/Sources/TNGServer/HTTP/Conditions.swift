import HTTPTypes
import Hummingbird

/// What the conditions of a request say of a file.
enum Precondition {
  /// It is wanted.
  case met
  /// The client has it already.
  case notModified
  /// It is not the one that the client speaks of.
  case failed
}

extension Request {
  /// What `If-Match` and `If-None-Match` say of a file with a tag (RFC 9110, sections 13.1.1,
  /// 13.1.2 and 13.2.2).
  func precondition(tag: String) -> Precondition {
    let wanted = EntityTags(headers[values: .ifMatch])
    if let wanted, !wanted.contain(tag, byStrongComparison: true) { return .failed }
    let owned = EntityTags(headers[values: .ifNoneMatch])
    return owned?.contain(tag, byStrongComparison: false) == true ? .notModified : .met
  }

  /// The bytes that are asked for of a file with a tag. `If-Range` with another tag means all, as
  /// does any method but GET (section 14.2).
  func range(of count: Int, tag: String) -> ByteRange {
    guard method == .get, let field = headers[.range],
      headers[.ifRange].map({ $0 == tag }) ?? true
    else { return .whole }
    return ByteRange(field, count: count)
  }
}

/// The entity tags that a field lists, or `*`, which is every tag (RFC 9110, section 8.8.3).
private struct EntityTags {
  private struct Tag {
    let isWeak: Bool
    /// With its quotes.
    let text: Substring
  }

  private var tags: [Tag] = []
  private let isAny: Bool

  /// Reads all fields of a name; nil if there is none. What is no tag is passed over.
  init?(_ fields: [String]) {
    if fields.isEmpty { return nil }
    isAny = fields.contains { $0.allSatisfy { " \t*".contains($0) } && $0.contains("*") }
    for field in fields {
      for match in field.matches(of: /(W\/)?("[\x21\x23-\x7E\x80-\u{10FFFF}]*")/) {
        tags.append(Tag(isWeak: match.1 != nil, text: match.2))
      }
    }
  }

  /// Whether a strong tag is among them. Weak ones are not the same as it by strong comparison.
  func contain(_ tag: String, byStrongComparison: Bool) -> Bool {
    isAny || tags.contains { $0.text == tag && !(byStrongComparison && $0.isWeak) }
  }
}
