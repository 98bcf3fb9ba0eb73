import ImageFiles
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
  init(name: String, threads: Int) throws {
    let bytes = try Endpoint(name).readAll()
    self.name = name
    byteCount = bytes.count
    picture = try isTNG(bytes) ? TNGReader(threads: threads).read(bytes) : ImageReader().read(bytes)
  }
}
