/// A path as the folder, the name and the ending that it is made of: `a/b.c.png` is `a/`, `b.c` and
/// `png`.
struct FileName: Hashable {
  /// All up to the last slash, with it; empty for a name alone.
  var folder: Substring
  /// The name without its ending.
  var stem: Substring
  /// The ending without its dot; empty when there is none. A leading dot begins no ending.
  var fileExtension: Substring

  /// Takes a path apart.
  init(_ path: String) {
    let start = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
    folder = path[..<start]
    let name = path[start...]
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else {
      stem = name
      fileExtension = ""
      return
    }
    stem = name[..<dot]
    fileExtension = name[dot...].dropFirst()
  }
}
