import HTTPTypes
import Hummingbird

extension Request {
  /// Whether the client has what a tag names already (RFC 9110, section 13.1.2).
  func isMatched(_ tag: String) -> Bool {
    let tags = headers[values: .ifNoneMatch].flatMap { $0.split(separator: ",") }
    return tags.contains { listed in
      let listed = listed.drop { $0 == " " }.prefix { $0 != " " }
      return listed == "*" || listed == tag || listed == "W/" + tag
    }
  }

  /// The bytes that are asked for of a file with a tag. `If-Range` with another tag means all.
  func range(of count: Int, tag: String) -> ByteRange {
    guard let field = headers[.range], headers[.ifRange].map({ $0 == tag }) ?? true else {
      return .whole
    }
    return ByteRange(field, count: count)
  }
}
