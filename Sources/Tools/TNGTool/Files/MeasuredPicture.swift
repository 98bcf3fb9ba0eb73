import ImageFiles
import Pixels
import TNG

/// A picture of a `.tng` file or of another format, with the size of its file.
struct MeasuredPicture {
  /// The name of the file.
  let name: String
  /// The picture.
  let picture: Picture
  /// The number of bytes of the file.
  let byteCount: Int

  /// Reads a file.
  init(name: String, threads: Int, limits: Limits, models: ModelLibrary) throws {
    let bytes = try Endpoint(name).readAll(limit: limits.fileBytes)
    self.name = name
    byteCount = bytes.count
    picture =
      try TNGDecoder.recognizes(bytes)
      ? TNGReader(threads: threads, limits: limits, models: models).read(bytes).picture
      : ImageReader(maximumPixels: limits.pixels, keepsDepth: true).read(bytes)
  }
}
