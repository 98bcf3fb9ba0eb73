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
  /// What of the picture's metadata is sent.
  let metadata: MetadataShare
  /// The format.
  let format: PictureFormat
  /// The id of the model that encodes `.tng` files.
  let modelID: UInt32

  /// Whether an original in the format is sent without coding it anew.
  private var keepsCoding: Bool { format == .tng && width == nil && quality == nil }

  /// What changes whenever the file may: a part of the cache's file name, and the ETag.
  var tag: String {
    let coding = keepsCoding ? "original" : "q\(quality ?? format.standardQuality)"
    let encoder =
      format == .tng ? "-e\(Effort.standard.level)-\(String(modelID, radix: 36))" : ""
    return "\(source.version)-v\(serverVersion)-w\(width ?? 0)-\(coding)-\(metadata)\(encoder)"
      + ".\(format)"
  }

  /// The path of the file in a cache's folder.
  var cachePath: String { (source.name + [tag]).joined(separator: "/") }

  /// Makes the file.
  func make(_ coder: PictureCoder) throws -> [UInt8] {
    let file = try readFile(source.path)
    if keepsCoding, TNGDecoder.recognizes(file) {
      return try coder.sharing(metadata, of: file)
    }
    var picture = try coder.read(file, coveringWidth: width)
    if let width { picture.pixels = try picture.pixels.shrunk(toWidth: width) }
    picture.metadata.reduce(to: metadata)
    if metadata != .keep { picture.metadata.dropNeedlessProfile() }
    return try coder.write(picture, as: format, quality: quality ?? format.standardQuality)
  }
}
