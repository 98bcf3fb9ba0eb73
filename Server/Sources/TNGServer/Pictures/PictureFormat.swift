import HTTPTypes
import ImageFiles
import TNG

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
    case .tng, .avif: 50
    case .webp, .jpeg: 75
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

/// Reads and writes pictures in all formats of the service.
struct PictureCoder: Sendable {
  /// The largest picture to read, in pixels.
  let maximumPixels: Int
  /// The number of threads for one picture.
  let threads: Int

  /// Reads a picture in any format.
  func read(_ file: [UInt8]) throws -> Picture {
    if TNGDecoder.recognizes(file) { return try decodeTNG(file) }
    return try ImageReader(maximumPixels: maximumPixels).read(file)
  }

  /// Decodes a `.tng` file.
  func decodeTNG(_ file: [UInt8]) throws -> Picture {
    guard TNGDecoder.recognizes(file) else {
      throw Problem(.unsupportedMediaType, "The body is not a TNG file.")
    }
    let limits = Limits(pixels: maximumPixels)
    return try TNGDecoder(options: .init(threads: threads, limits: limits)).decode(file)
  }

  /// Encodes a picture as a `.tng` file.
  func encodeTNG(_ picture: Picture, target: TNGEncoder.Target) throws -> [UInt8] {
    try TNGEncoder(options: .init(target: target, threads: threads)).encode(picture)
  }

  /// Encodes a picture with a quality, 0 … 100 on the format's own scale.
  func write(_ picture: Picture, as format: PictureFormat, quality: Int) throws -> [UInt8] {
    guard let other = format.imageFileFormat else {
      return try encodeTNG(picture, target: .quality(Quality(percent: Double(quality))))
    }
    return try ImageWriter(format: other, quality: max(1, quality)).write(picture)
  }
}
