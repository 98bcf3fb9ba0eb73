import Foundation

/// A file that is there whole or not at all.
///
/// The bytes go to a temporary file in the same folder, which takes the name in the end. A file
/// that is never finished leaves nothing behind, nor does a signal that ends the program. Standard
/// output, what is open already, and what is not a regular file, such as `/dev/null` or a named
/// pipe, are written in place.
final class OutputFile {
  private enum Destination {
    case standardOutput
    case inPlace(path: String)
    case descriptor(Int32)
    case temporary(TemporaryFile, path: String)
  }

  private let name: String
  private let destination: Destination
  private let replaces: Bool

  /// Prepares a file.
  ///
  /// - Throws: ``FileFailure`` with the file's name if it exists, unless `replaces`, or cannot be
  ///   made.
  init(_ endpoint: Endpoint, replaces: Bool) throws {
    self.replaces = replaces
    switch endpoint {
    case .standardStream:
      name = "standard output"
      destination = .standardOutput
    case .file(let path):
      name = path
      do {
        destination = try Self.destination(path, replaces: replaces)
      } catch {
        throw FileFailure(error).of(path)
      }
    }
  }

  private static func destination(_ path: String, replaces: Bool) throws -> Destination {
    if let number = Endpoint.descriptor(ofPath: path) { return .descriptor(number) }
    guard let existing = try ExistingFile(path: path) else {
      return .temporary(try TemporaryFile(besides: path, mode: nil), path: path)
    }
    guard existing.isRegular else { return .inPlace(path: path) }
    if !replaces { throw FileFailure(code: EEXIST) }
    // The target of a link is replaced, not the link.
    let target = existing.resolvedPath
    return .temporary(try TemporaryFile(besides: target, mode: existing.mode), path: target)
  }

  /// Writes the bytes and gives the file its name.
  ///
  /// - Throws: ``FileFailure`` with the file's name.
  func finish(_ bytes: [UInt8]) throws {
    do {
      try write(bytes)
    } catch {
      throw FileFailure(error).of(name)
    }
  }

  private func write(_ bytes: [UInt8]) throws {
    switch destination {
    case .standardOutput:
      try writeAll(bytes, to: STDOUT_FILENO)
    case .inPlace(let path):
      let descriptor = withPath(path) { open($0, O_WRONLY | O_CLOEXEC) }
      guard descriptor >= 0 else { throw FileFailure() }
      defer { close(descriptor) }
      try writeAll(bytes, to: descriptor)
    case .descriptor(let number): try writeAll(bytes, to: number)
    case .temporary(let file, let path):
      try file.write(bytes)
      try file.take(name: path, replaces: replaces)
    }
  }
}

/// What stands at a path already.
private struct ExistingFile {
  let resolvedPath: String
  let isRegular: Bool
  let mode: mode_t

  /// Looks at a path, or gives nil when nothing is there.
  init?(path: String) throws {
    var status = stat()
    guard withPath(path, { stat($0, &status) }) == 0 else {
      if errno == ENOENT { return nil }
      throw FileFailure()
    }
    if status.st_mode & S_IFMT == S_IFDIR { throw FileFailure(code: EISDIR) }
    guard let resolved = resolvingLinks(path) else { throw FileFailure() }
    resolvedPath = resolved
    isRegular = status.st_mode & S_IFMT == S_IFREG
    mode = status.st_mode & 0o7777
  }
}

/// The path to a file without links and dots, or nil when there is no such file.
func resolvingLinks(_ path: String) -> String? {
  guard let resolved = withPath(path, { realpath($0, nil) }) else { return nil }
  defer { free(resolved) }
  let bytes = UnsafeBufferPointer(start: resolved, count: strlen(resolved))
  return SystemText.text(bytes.map(UInt8.init(bitPattern:)))
}
