import Foundation
import ImageFiles
import Pixels
import TNG

/// A folder of its own for a test, removed with the value.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "tng-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func url(of name: String) -> URL { url.appending(path: name) }

  func write(_ bytes: [UInt8], as name: String) throws {
    try Data(bytes).write(to: url(of: name))
  }

  func read(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: url(of: name)))
  }

  /// The names of all files, hidden ones too, in alphabetical order.
  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
  }
}

extension TemporaryFolder {
  /// Writes a picture as a file whose format its name tells.
  func write(_ picture: Picture, as name: String) throws {
    let format = ImageFileFormat(fileExtension: URL(filePath: name).pathExtension)!
    try write(ImageWriter(format: format).write(picture), as: name)
  }

  /// Writes a picture without metadata.
  func write(_ pixels: PixelBuffer, as name: String) throws {
    try write(Picture(pixels: pixels), as: name)
  }

  /// Reads a picture of another format than TNG.
  func readPicture(_ name: String) throws -> Picture {
    try ImageReader().read(read(name))
  }
}
