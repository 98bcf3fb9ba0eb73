/// A path split into folder, name and extension: `a/b.c.png` is `a/`, `b.c` and `png`.
struct FileName: Hashable {
  /// All up to the last slash, with it; empty for a name alone.
  var folder: Substring
  /// The name without its ending.
  var stem: Substring
  /// The ending without its dot; empty when there is none. A leading dot begins no ending.
  var fileExtension: Substring

  /// Splits a path.
  init(_ path: String) {
    // By bytes, as the system does: a name may begin with a mark that makes one character with the
    // slash.
    let bytes = path.utf8
    let start = bytes.lastIndex(of: UInt8(ascii: "/")).map(bytes.index(after:)) ?? path.startIndex
    folder = path[..<start]
    let name = path[start...]
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot != name.startIndex else {
      stem = name
      fileExtension = ""
      return
    }
    stem = name[..<dot]
    fileExtension = name[bytes.index(after: dot)...]
  }
}
