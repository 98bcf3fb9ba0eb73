import Foundation
import Synchronization

/// Files made of pictures, kept in a folder of bounded size; those unused for longest go first.
///
/// A file appears whole or not at all. What is there at the start is kept. Calls wait for the disk.
final class ImageCache: Sendable {
  private struct Entry {
    let bytes: Int
    var lastUse: Date
  }

  private struct State {
    var entries: [String: Entry] = [:]
    var bytes = 0
  }

  private let folder: String
  private let maximumBytes: Int
  private let state: Mutex<State>

  /// Opens the cache, in a folder of its own inside `folder`, so that it never removes a file of
  /// others; both are made if they are not there.
  init(folder: String, maximumBytes: Int) throws {
    self.folder = folder + "/tng-image-cache"
    self.maximumBytes = maximumBytes
    state = Mutex(State())
    try FileManager.default.createDirectory(
      atPath: self.folder, withIntermediateDirectories: true)
    load()
  }

  /// The number of bytes that are kept.
  var bytes: Int { state.withLock { $0.bytes } }

  /// The file of a path under the folder, if it is here.
  func read(_ path: String) -> [UInt8]? {
    guard let file = try? readFile(absolute(path)) else { return nil }
    // The time of change tells the next start when the file was used.
    utimensat(AT_FDCWD, absolute(path), nil, 0)
    state.withLock { $0.entries[path]?.lastUse = .now }
    return file
  }

  /// Keeps a file, and lets others go if it is too much.
  func write(_ file: [UInt8], to path: String) throws {
    guard file.count <= maximumBytes else { return }
    let target = URL(fileURLWithPath: absolute(path))
    try FileManager.default.createDirectory(
      at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    // Atomic: the bytes go to a file beside it, which takes the name in the end.
    try Data(file).write(to: target, options: .atomic)
    for path in record(path, bytes: file.count, lastUse: .now) { unlink(absolute(path)) }
  }

  private func absolute(_ path: String) -> String { folder + "/" + path }

  /// Counts the files that are there; an unfinished one, of a service that was killed, goes.
  private func load() {
    let paths = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    for path in paths {
      var status = stat()
      guard stat(absolute(path), &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      let isFinished = !path[(path.lastIndex(of: "/") ?? path.startIndex)...].contains("/.")
      let lastUse = Date(timeIntervalSince1970: Double(status.st_mtim.tv_sec))
      let gone = isFinished ? record(path, bytes: Int(status.st_size), lastUse: lastUse) : [path]
      for path in gone { unlink(absolute(path)) }
    }
  }

  /// Counts a file, and gives those that must go: enough to come a tenth below the bound.
  private func record(_ path: String, bytes: Int, lastUse: Date) -> [String] {
    state.withLock { state in
      state.bytes += bytes - (state.entries[path]?.bytes ?? 0)
      state.entries[path] = Entry(bytes: bytes, lastUse: lastUse)
      guard state.bytes > maximumBytes else { return [] }
      var removed: [String] = []
      for (old, entry) in state.entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
        if state.bytes <= maximumBytes / 10 * 9 || old == path { break }
        state.entries[old] = nil
        state.bytes -= entry.bytes
        removed.append(old)
      }
      return removed
    }
  }
}
