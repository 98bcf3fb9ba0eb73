import Foundation
import ImageFiles
import Pixels
import PictureMetrics
import TNG

/// Formats beside one another on one picture: at the bytes, and at the PSNR, of its TNG file.
///
/// Alpha is blended over white and grey becomes red, green and blue, so that all formats code the same samples.
/// Every file carries the colour profile and nothing else beside the pixels.
struct Comparison: Encodable, Sendable {
  /// One format.
  struct Row: Encodable, Sendable {
    let format: PictureFormat
    let mediaType: String
    /// On the format's own scale, 0 … 100.
    let quality: Int
    let bytes: Int
    let bitsPerPixel: Double
    /// In decibels; nil when nothing is lost.
    let psnr: Double?
    /// 0 … 1; nil when a side is shorter than 161 pixels.
    let msSSIM: Double?
    /// Up to 100; nil when a side is shorter than 8 pixels.
    let ssimulacra2: Double?
    let encodeSeconds: Double
    let decodeSeconds: Double
    /// Whether the format has as many bytes, or as high a PSNR, as TNG.
    let reachesTarget: Bool
    /// The file, in base64 in JSON; nil when files are not asked for.
    var file: Data?
  }

  /// The number of columns.
  let width: Int
  /// The number of rows.
  let height: Int
  /// TNG, then each format at the lowest quality whose file is not smaller than TNG's.
  private(set) var equalBytes: [Row]
  /// TNG, then each format at the lowest quality whose PSNR is not lower than TNG's.
  private(set) var equalQuality: [Row]

  /// The formats that TNG can be compared with.
  static let others: [PictureFormat] = [.jpeg, .webp, .avif]

  /// Compares TNG at a quality with other formats.
  init(
    _ picture: Picture, quality: Int, with formats: [PictureFormat], includesFiles: Bool,
    coder: PictureCoder, cancellation: Cancellation
  ) throws {
    let original = Picture(
      pixels: picture.pixels.colored.blendedOverWhite,
      metadata: Metadata(
        iccProfile: picture.pixels.format.isGray ? nil : picture.metadata.iccProfile))
    let attempt = { (format: PictureFormat, quality: Int) in
      try cancellation.check()
      return try Trial(original, format: format, quality: quality, coder: coder)
    }
    let tng = try attempt(.tng, quality)
    var row = Row(tng, original.pixels, file: includesFiles, reachesTarget: true)
    equalBytes = [row]
    row.file = nil
    equalQuality = [row]
    for format in formats {
      var search = QualitySearch(from: quality) { try attempt(format, $0) }
      let size = try search.lowest(reaching: tng, by: .logarithmicSize)
      equalBytes.append(
        Row(
          size, original.pixels, file: includesFiles,
          reachesTarget: size.file.count >= tng.file.count))
      let psnr = try search.lowest(reaching: tng, by: .psnr)
      equalQuality.append(
        Row(psnr, original.pixels, file: false, reachesTarget: psnr.psnr >= tng.psnr))
    }
    width = original.pixels.width
    height = original.pixels.height
  }
}

extension Comparison.Row {
  /// The row of a trial.
  fileprivate init(_ trial: Trial, _ original: PixelBuffer, file: Bool, reachesTarget: Bool) {
    format = trial.format
    mediaType = trial.format.mediaType
    quality = trial.quality
    bytes = trial.file.count
    bitsPerPixel = 8 * Double(trial.file.count) / Double(original.width * original.height)
    psnr = trial.psnr.isFinite ? trial.psnr : nil
    msSSIM = try? PictureMetrics.msSSIM(of: trial.decoded, against: original)
    ssimulacra2 = try? PictureMetrics.ssimulacra2(of: trial.decoded, against: original)
    encodeSeconds = trial.encodeSeconds
    decodeSeconds = trial.decodeSeconds
    self.reachesTarget = reachesTarget
    self.file = file ? Data(trial.file) : nil
  }
}

extension PictureFormat: Encodable {}

extension PixelBuffer {
  /// The picture without alpha: what shows through is white.
  var blendedOverWhite: PixelBuffer {
    guard format.hasAlpha else { return self }
    let colors = format.channels - 1
    var blended: [UInt8] = []
    blended.reserveCapacity(width * height * colors)
    for pixel in stride(from: 0, to: samples.count, by: format.channels) {
      let alpha = Int(samples[pixel + colors])
      for sample in samples[pixel..<pixel + colors] {
        blended.append(UInt8((Int(sample) * alpha + 255 * (255 - alpha) + 127) / 255))
      }
    }
    return PixelBuffer(
      width: width, height: height, format: PixelFormat(isGray: format.isGray, hasAlpha: false),
      samples: blended)
  }
}
