import TNG

/// Whether bytes begin like a `.tng` file (`Documentation/Format.md`, section 2).
func isTNG(_ file: [UInt8]) -> Bool {
  file.starts(with: [0x8A, 0x54, 0x4E, 0x47])
}

/// Decodes `.tng` files, and if asked cut and damaged ones too.
struct TNGReader {
  private let decoder: TNGDecoder
  private let allowsPartial: Bool

  /// Creates a reader.
  init(threads: Int, allowsPartial: Bool = false) {
    decoder = TNGDecoder(options: .init(threads: threads))
    self.allowsPartial = allowsPartial
  }

  /// Decodes a file; `warn` hears of what is missing from the picture of a partial one.
  func read(_ file: [UInt8], warn: (String) -> Void = { _ in }) throws -> Picture {
    guard isTNG(file) else {
      throw FileFailure(file.isEmpty ? "The file is empty." : "This is not a TNG file.")
    }
    do {
      return try decoder.decode(file)
    } catch {
      guard allowsPartial else { throw error }
      let picture = try decodePartial(file)
      warn("\(error) The picture is what the rest gives.")
      return picture
    }
  }

  private func decodePartial(_ file: [UInt8]) throws -> Picture {
    var lenient = decoder
    lenient.options.allowsPartial = true
    return try lenient.decode(file)
  }
}
