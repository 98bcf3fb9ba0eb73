import ImageFiles
import Pixels
import TNG

/// What a request for a picture of the folder comes down to; equal ones have equal files.
struct ImageVariant: Sendable, Hashable {
  /// The picture.
  let source: ImageFolder.Source
  /// The most columns, or nil for all that there are.
  let width: Int?
  /// 0 … 100 on the format's own scale, or nil for the format's standard.
  let quality: Int?
  /// The format.
  let format: PictureFormat
  /// The id of the model that encodes `.tng` files.
  let modelID: UInt32

  /// What changes whenever the file may: a part of the cache's file name, and the ETag.
  var tag: String {
    let quality = quality ?? format.standardQuality
    let encoder =
      format == .tng ? "-e\(Effort.standard.level)-\(String(modelID, radix: 36))" : ""
    return "\(source.version)-v\(serverVersion)-w\(width ?? 0)-q\(quality)\(encoder).\(format)"
  }

  /// The path of the file in a cache's folder.
  var cachePath: String { (source.name + [tag]).joined(separator: "/") }

  /// Makes the file.
  func make(_ coder: PictureCoder) throws -> [UInt8] {
    let file = try readFile(source.path)
    if format == .tng, width == nil, quality == nil, TNGDecoder.recognizes(file) { return file }
    var picture = try coder.read(file, coveringWidth: width)
    if let width { picture.pixels = try picture.pixels.shrunk(toWidth: width) }
    return try coder.write(picture, as: format, quality: quality ?? format.standardQuality)
  }
}
