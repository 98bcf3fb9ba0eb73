import Bytes
import Container
import Foundation
import Pixels

/// The folder `Tests/Conformance`: see its README.
struct ConformanceFolder {
  private let url = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Conformance")

  /// A list of files, one a line: a name, and what stands behind the first space.
  func list(_ name: String) throws -> [(file: String, expected: String)] {
    try String(contentsOf: url.appending(path: name), encoding: .utf8).split(separator: "\n")
      .map { line in
        let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
        return (parts[0], parts[1])
      }
  }

  func read(_ path: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: url.appending(path: path)))
  }

  /// The names of the files in a folder, in alphabetical order.
  func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: url.appending(path: folder).path).sorted()
  }

  func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: url.appending(path: path))
  }

  /// Replaces a folder and the lists that describe it.
  func write(
    _ files: [(name: String, bytes: [UInt8])], to folder: String, lists: [String: [String]]
  ) throws {
    let folder = url.appending(path: folder)
    try? FileManager.default.removeItem(at: folder)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, bytes) in files { try Data(bytes).write(to: folder.appending(path: name)) }
    for (name, lines) in lists {
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: url.appending(path: name))
    }
  }
}

extension PixelBuffer {
  /// Width, height, channels, bits of a sample, and the check values of the samples as they are and
  /// in 8 bits, as a line of a list says them.
  var summary: String {
    let bytes =
      depth > 8
      ? wideSamples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] } : samples
    let checks = [bytes, converted(toDepth: 8).samples].map { bytes in
      let digits = String(CRC32C.of(bytes), radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }
    return "\(width) \(height) \(format.channels) \(depth) \(checks[0]) \(checks[1])"
  }
}
