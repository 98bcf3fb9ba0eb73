import Foundation
import Synchronization

/// An open file without its final name, removed unless it takes one.
final class TemporaryFile {
  private let path: String
  private let descriptor: Int32

  /// Makes a file in the folder of `target`, with its access bits, or the usual ones when nil.
  init(besides target: String, mode: mode_t?) throws {
    path =
      FileName(target).folder + ".tng-" + String(UInt64.random(in: .min ... .max), radix: 36)
      + ".part"
    descriptor = unfinishedFiles.open(path)
    guard descriptor >= 0 else { throw FileFailure() }
    if let mode { fchmod(descriptor, mode) }
  }

  deinit {
    close(descriptor)
    unfinishedFiles.remove(path)
  }

  /// Writes bytes and waits until the disk has them.
  func write(_ bytes: [UInt8]) throws {
    try writeAll(bytes, to: descriptor)
    // Some file systems cannot wait, and say so with EINVAL.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileFailure() }
  }

  /// Gives the file a name.
  func take(name: String, replaces: Bool) throws {
    if !replaces {
      // Unlike `rename`, `link` never replaces a file that another program has just made.
      if withPaths(path, name, link) == 0 { return }
      if errno == EEXIST || withPath(name, { access($0, F_OK) }) == 0 {
        throw FileFailure(code: EEXIST)
      }
    }
    guard withPaths(path, name, rename) == 0 else { throw FileFailure() }
  }
}

private func withPaths(
  _ first: String, _ second: String,
  _ body: (UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int32
) -> Int32 {
  withPath(first) { first in withPath(second) { body(first, $0) } }
}

/// The temporary files that a signal must remove.
let unfinishedFiles = UnfinishedFiles()

/// The names of files to remove if the program ends now.
final class UnfinishedFiles: Sendable {
  private let paths = Mutex<Set<String>>([])

  /// Makes a new file for writing and gives its descriptor, or −1 and sets `errno`.
  func open(_ path: String) -> Int32 {
    paths.withLock { paths in
      let descriptor = withPath(path) {
        Foundation.open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      }
      if descriptor >= 0 { paths.insert(path) }
      return descriptor
    }
  }

  /// Removes a file, if it still has this name.
  func remove(_ path: String) {
    paths.withLock { paths in
      if paths.remove(path) != nil { _ = withPath(path, unlink) }
    }
  }

  /// Removes all files, then runs `body` while nobody can make another.
  func removeAll(then body: () -> Void) {
    paths.withLock { paths in
      for path in paths { _ = withPath(path, unlink) }
      body()
    }
  }
}
