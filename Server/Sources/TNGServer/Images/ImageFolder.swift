import Foundation

/// The pictures of a folder, by names that lead nowhere else.
struct ImageFolder: Sendable {
  /// A picture of the folder.
  struct Source: Sendable, Hashable {
    /// Where the file is.
    let path: String
    /// The parts of the name under the folder.
    let name: [String]
    /// What changes with the content: the time of change in seconds and nanoseconds, and the size.
    let version: String
  }

  /// The folder, without links in its path.
  private let root: String

  /// Opens a folder.
  ///
  /// - Throws: ``FolderError`` if there is none.
  init(_ path: String) throws {
    guard let resolved = resolvingLinks(path), isFolder(resolved) else {
      throw FolderError(path: path)
    }
    root = resolved == "/" ? "" : resolved
  }

  /// The picture of a name's parts, or nil if there is no such file in the folder. A part that
  /// begins with a dot names nothing, nor does a link that leads out.
  func find(_ name: [String]) -> Source? {
    let isPlain = name.allSatisfy {
      !$0.isEmpty && !$0.hasPrefix(".") && !$0.contains("/") && !$0.contains("\0")
    }
    guard !name.isEmpty, isPlain,
      let path = resolvingLinks(([root] + name).joined(separator: "/")), path.hasPrefix(root + "/")
    else { return nil }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    // Not as one number of nanoseconds: a file may be of any year.
    let (time, size) = (status.st_mtim, Int(status.st_size))
    let version = [Int(time.tv_sec), Int(time.tv_nsec), size]
      .map { String($0, radix: 36) }.joined(separator: "-")
    return Source(path: path, name: name, version: version)
  }
}

/// A folder that the settings name is not there.
struct FolderError: Error, CustomStringConvertible {
  let path: String

  var description: String { "There is no folder \(path)." }
}

/// Whether a path leads to a folder.
func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// A path without links, or nil if it leads nowhere.
func resolvingLinks(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}
