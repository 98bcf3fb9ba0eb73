import ArgumentParser
import Foundation

/// Where bytes come from or go to.
enum Endpoint: Hashable, CustomStringConvertible {
  /// A file by its path.
  case file(String)
  /// Standard input or standard output.
  case standardStream

  /// The endpoint that an argument names: `-` is a standard stream.
  init(_ argument: String) {
    self =
      ["-", "/dev/stdin", "/dev/stdout"].contains(argument) ? .standardStream : .file(argument)
  }

  /// The number of a descriptor that is open already and that a path names, as the shell's
  /// `>(command)` does.
  static func descriptor(ofPath path: String) -> Int32? {
    for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
      return Int32(path.dropFirst(folder.count))
    }
    return nil
  }

  var description: String {
    switch self {
    case .file(let path): path
    case .standardStream: "-"
    }
  }

  /// All bytes of the file, or of standard input.
  ///
  /// - Throws: ``FileFailure``, also when there are more than `limit` bytes.
  func readAll(limit: Int = .max) throws -> [UInt8] {
    guard case .file(let path) = self else { return try readToEnd(STDIN_FILENO, limit: limit) }
    let descriptor = withPath(path) { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw FileFailure() }
    defer { close(descriptor) }
    return try readToEnd(descriptor, limit: limit)
  }
}

/// Checks that standard input is among the inputs at most once.
func checkStandardInput(_ names: [String]) throws {
  if names.count(where: { Endpoint($0) == .standardStream }) > 1 {
    throw ValidationError("Standard input can be read only once.")
  }
}

/// Writes all bytes to a descriptor.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count >= 0 {
      rest = rest.dropFirst(count)
    } else if errno != EINTR {
      throw FileFailure()
    }
  }
}

private func readToEnd(_ descriptor: Int32, limit: Int) throws -> [UInt8] {
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 18)
  while true {
    let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    if count > limit - bytes.count {
      throw FileFailure("The file has more than \(limit) bytes. --max-file-size raises this limit.")
    } else if count > 0 {
      bytes += buffer[..<count]
    } else if count == 0 {
      return bytes
    } else if errno != EINTR {
      throw FileFailure()
    }
  }
}
