import ImageFiles

/// A format that the service sends pictures in.
enum PictureFormat: String, Sendable, Hashable, CaseIterable {
  case tng, avif, webp, jpeg, png

  /// The name of the media type.
  var mediaType: String {
    self == .tng ? "image/x-tng" : "image/\(rawValue)"
  }

  /// The quality of a picture that none is asked for: TNG's standard, libvips's own for the others.
  var standardQuality: Int {
    switch self {
    case .avif: 50
    case .tng, .webp, .jpeg: 75
    case .png: 100
    }
  }

  /// The format as another than TNG.
  var imageFileFormat: ImageFileFormat? {
    switch self {
    case .tng: nil
    case .avif: .avif
    case .webp: .webp
    case .jpeg: .jpeg
    case .png: .png
    }
  }
}
