import Pixels
import TNG

/// Decodes `.tng` files, and if asked cut and damaged ones too.
struct TNGReader {
  private let decoder: TNGDecoder
  private let size: SizeOptions?
  private let allowsPartial: Bool

  /// Creates a reader.
  ///
  /// - Parameter size: How large, and how much of them, pictures are decoded; whole by default.
  init(
    threads: Int, limits: Limits, models: ModelLibrary, size: SizeOptions? = nil,
    allowsPartial: Bool = false
  ) {
    decoder = TNGDecoder(options: .init(threads: threads, limits: limits, models: models))
    self.size = size
    self.allowsPartial = allowsPartial
  }

  /// Decodes a file.
  ///
  /// - Returns: The picture, and what is missing from it if the file is cut or damaged.
  func read(_ file: [UInt8]) throws -> (picture: Picture, warning: String?) {
    guard TNGDecoder.recognizes(file) else {
      throw FileFailure(file.isEmpty ? "The file is empty." : "This is not a TNG file.")
    }
    let info = { try decoder.readInfo(file, allowsPartial: allowsPartial) }
    let scale = try size?.scale(for: info) ?? .whole
    let (picture, warning) = try decode(file, scale)
    return (try size?.shrunk(picture, info) ?? picture, warning)
  }

  private func decode(
    _ file: [UInt8], _ scale: DecodingScale
  ) throws -> (picture: Picture, warning: String?) {
    let region = size?.region?.region
    do {
      return (try decoder.decode(file, scale: scale, region: region), nil)
    } catch {
      guard allowsPartial, error.isOfBytes else { throw error }
      let partial = try decoder.decodePartial(file, scale: scale, region: region)
      return (partial.picture, "\(error) \(partial.completeness.sentence)")
    }
  }

  /// Whether the colours of invisible pixels are those of the original.
  func keepsHiddenColors(_ file: [UInt8]) -> Bool {
    (try? decoder.readInfo(file, allowsPartial: allowsPartial).isLossless) ?? false
  }
}

extension TNGError {
  /// Whether the file's bytes are missing or wrong.
  var isOfBytes: Bool {
    category == .damaged || category == .truncated
  }

  /// What a user can do about the error, with a space before it; empty when there is nothing.
  var advice: String {
    switch category {
    case .damaged, .truncated: " Get the file anew, or take what there is by decode --partial."
    case .unsupported:
      // Version 1 went before the format was stable; those from 3 on are to come.
      code == .unsupportedVersion && value == 1
        ? " An older version of tng made it; encode the original anew."
        : " A newer version of tng may read it."
    case .limitExceeded: code.option.map { " \($0) raises this limit." } ?? ""
    case .target:
      code == .psnrNotReachable || code == .ssimulacra2NotReachable
        ? " --lossless keeps every sample." : ""
    case .model, .cancelled: ""
    }
  }
}

extension Completeness {
  /// What the picture is made of.
  fileprivate var sentence: String {
    "The picture is made of \(fixed(100 * byteShare, decimals: 1)) % of its bytes; "
      + "\(wholeTiles) of \(tileCount) tiles \(tileCount == 1 ? "is" : "are") whole."
  }
}
