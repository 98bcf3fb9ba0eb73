import HTTPTypes
import Hummingbird

/// Which bytes of a file a request asks for (RFC 9110, section 14).
enum ByteRange: Hashable {
  /// All: there is no range, more than one, or one that is not understood.
  case whole
  /// These.
  case part(Range<Int>)
  /// None that there are.
  case unsatisfiable

  /// Reads a `Range` field, for a file of `count` bytes.
  init(_ field: String, count: Int) {
    guard let ends = Self.ends(field) else {
      self = .whole
      return
    }
    let range: Range<Int>
    switch ends {
    case (let first?, let last?): range = min(first, count)..<min(last, count - 1) + 1
    case (let first?, nil): range = min(first, count)..<count
    case (nil, let suffix?): range = max(0, count - suffix)..<count
    case (nil, nil): range = 0..<0
    }
    self = range.isEmpty ? .unsatisfiable : .part(range)
  }

  /// The numbers of `bytes=a-b`, `bytes=a-` or `bytes=-n`, or nil if it is none of them.
  private static func ends(_ field: String) -> (Int?, Int?)? {
    guard field.lowercased().hasPrefix("bytes=") else { return nil }
    let listed = field.dropFirst(6).split(separator: ",").map { range in
      range.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
    }.filter { !$0.isEmpty }
    guard listed.count == 1 else { return nil }
    let ends = String(listed[0]).split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, ends.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }) else {
      return nil
    }
    let (first, last) = (Int(ends[0]), Int(ends[1]))
    guard (first == nil) == ends[0].isEmpty, (last == nil) == ends[1].isEmpty else { return nil }
    if first == nil && last == nil { return nil }
    if let first, let last, first > last { return nil }
    return (first, last)
  }

  private static func isBlank(_ character: Character) -> Bool { " \t".contains(character) }
}
