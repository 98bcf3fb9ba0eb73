import Pixels
import TNG

/// What `tng info` says of a file.
struct InfoReport: Encodable {
  /// The sizes of metadata blocks in bytes, absent when there is none.
  struct MetadataSizes: Encodable {
    let iccProfile: Int?
    let exif: Int?
    let xmp: Int?
  }

  let file: String
  let bytes: Int
  /// Nil for a file that is cut.
  let bitsPerPixel: Double?
  let width: Int
  let height: Int
  let color: String
  let hasAlpha: Bool
  let bitsPerSample: Int
  let isLossless: Bool
  let exactPixels: Int
  let exactBytes: Int
  let qualityLevel: Int?
  let qualityLevels: Int?
  let modelID: String?
  let modelName: String?
  let metadata: MetadataSizes
  /// The code of what is wrong with the file; nil if its header and the lengths of its tiles are
  /// whole and sound.
  let error: String?

  /// Reads a file's header and metadata; of a cut or damaged file, what can be had of them.
  ///
  /// - Returns: the report, and what is wrong with the file.
  /// - Throws: if nothing is known of its picture.
  static func reading(
    name: String, bytes: [UInt8], limits: Limits, models: ModelLibrary
  ) throws -> (report: InfoReport, failure: TNGError?) {
    guard TNGDecoder.recognizes(bytes) else {
      throw FileFailure(bytes.isEmpty ? "The file is empty." : "This is not a TNG file.")
    }
    let decoder = TNGDecoder(options: .init(limits: limits, models: models))
    do throws(TNGError) {
      let info = try decoder.readInfo(bytes)
      return (InfoReport(name: name, byteCount: bytes.count, info, error: nil), nil)
    } catch {
      guard error.isOfBytes, let info = try? decoder.readInfo(bytes, allowsPartial: true) else {
        throw error
      }
      return (InfoReport(name: name, byteCount: bytes.count, info, error: error.code), error)
    }
  }

  private init(name: String, byteCount: Int, _ info: PictureInfo, error: TNGError.Code?) {
    file = name
    bytes = byteCount
    self.error = error?.rawValue
    bitsPerPixel =
      error == .truncated
      ? nil
      : TNGTool.bitsPerPixel(byteCount: byteCount, width: info.width, height: info.height)
    width = info.width
    height = info.height
    color = info.format.isGray ? "gray" : "rgb"
    hasAlpha = info.format.hasAlpha
    bitsPerSample = info.depth
    isLossless = info.isLossless
    exactPixels = info.exact?.pixels ?? 0
    exactBytes = info.exact?.bytes ?? 0
    qualityLevel = info.model?.level
    qualityLevels = info.model?.levelCount
    modelID = info.model?.idText
    modelName = info.model?.name
    metadata = MetadataSizes(
      iccProfile: info.metadata.iccProfile?.count, exif: info.metadata.exif?.count,
      xmp: info.metadata.xmp?.count)
  }
}

extension InfoReport {
  private var quality: String {
    guard let qualityLevel else { return isLossless ? "lossless" : "not known" }
    return "level \(qualityLevel)" + (qualityLevels.map { " of 0 to \($0 - 1)" } ?? "")
  }

  private var model: String {
    modelID.map { "\(modelName ?? "not known here") (\($0))" }
      ?? (isLossless ? "none" : "not known")
  }

  private var rate: String {
    bitsPerPixel.map { "\(fixed($0, decimals: 3)) bits per pixel" } ?? "and there should be more"
  }

  /// How much of the picture is kept as it is, and what that takes.
  private var exact: String {
    guard exactPixels > 0 else { return "none" }
    let pixelShare = 100 * Double(exactPixels) / Double(width * height)
    let bits = TNGTool.bitsPerPixel(byteCount: exactBytes, width: exactPixels, height: 1)
    return "\(fixed(pixelShare, decimals: 1)) % of the pixels, \(exactBytes) bytes,"
      + " \(fixed(bits, decimals: 3)) bits for each of them"
  }

  /// The report for people to read.
  var text: String {
    let colors =
      (color == "gray" ? "grey" : "RGB") + (hasAlpha ? " with alpha" : "")
      + (bitsPerSample == 8 ? "" : ", \(bitsPerSample) bits a sample")
    return """
      \(file)
        size      \(width)×\(height) pixels, \(colors)
        quality   \(quality)
        model     \(model)
        exact     \(exact)
        file      \(bytes) bytes, \(rate)
        metadata  \(metadata.text)
      """
  }
}

extension InfoReport.MetadataSizes {
  fileprivate var text: String {
    let parts = [("ICC profile", iccProfile), ("EXIF", exif), ("XMP", xmp)]
    let present = parts.compactMap { name, size in size.map { "\(name) \($0) bytes" } }
    return present.isEmpty ? "none" : present.joined(separator: ", ")
  }
}
