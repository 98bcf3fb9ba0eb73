import HTTPTypes
import ImageFiles
import Pixels
import TNG

/// Reads and writes pictures in all formats of the service.
///
/// Encoder and decoder keep memory from one picture for the next, so that one value serves all.
struct PictureCoder: Sendable {
  /// The largest picture to read, in pixels.
  private let maximumPixels: Int
  private let decoder: TNGDecoder
  private let encoder: TNGEncoder

  /// Prepares a coder that uses `threads` threads for one picture.
  init(maximumPixels: Int, threads: Int) {
    self.maximumPixels = maximumPixels
    decoder = TNGDecoder(options: .init(threads: threads, limits: Limits(pixels: maximumPixels)))
    encoder = TNGEncoder(options: .init(threads: threads))
  }

  /// Reads a picture in any format.
  ///
  /// - Parameter width: How wide it is to be at least; `.tng` files are decoded no larger than this
  ///   needs. Nil for all that there is.
  func read(_ file: [UInt8], coveringWidth width: Int? = nil) throws -> Picture {
    if TNGDecoder.recognizes(file) {
      guard let width else { return try decodeTNG(file) }
      let info = try decoder.readInfo(file)
      return try decoder.decode(file, scale: info.scale(covering: width, 1))
    }
    return try ImageReader(maximumPixels: maximumPixels).read(file)
  }

  /// Decodes a `.tng` file.
  func decodeTNG(_ file: [UInt8]) throws -> Picture {
    guard TNGDecoder.recognizes(file) else {
      throw Problem(.unsupportedMediaType, "The body is not a TNG file.")
    }
    return try decoder.decode(file)
  }

  /// A `.tng` file with as much of its metadata as is to be shared, and the same coded picture.
  func sharing(_ share: MetadataShare, of file: [UInt8]) throws -> [UInt8] {
    let metadata = try decoder.readInfo(file).metadata
    var reduced = metadata
    reduced.reduce(to: share)
    return reduced == metadata ? file : try decoder.replacingMetadata(of: file, with: reduced)
  }

  /// Encodes a picture as a `.tng` file.
  func encodeTNG(
    _ picture: Picture, target: TNGEncoder.Target, tuning: Tuning? = nil,
    effort: Effort = .standard, graphics: Graphics = .auto
  ) throws -> [UInt8] {
    var encoder = encoder
    encoder.options.target = target
    encoder.options.tuning = tuning
    encoder.options.effort = effort
    encoder.options.graphics = graphics
    return try encoder.encode(picture)
  }

  /// Encodes a picture with a quality, 0 … 100 on the format's own scale.
  func write(_ picture: Picture, as format: PictureFormat, quality: Int) throws -> [UInt8] {
    guard let other = format.imageFileFormat else {
      let quality = Quality(percent: Double(quality)) ?? .standard
      return try encodeTNG(picture, target: .quality(quality))
    }
    return try ImageWriter(format: other, quality: max(1, quality)).write(picture)
  }
}
