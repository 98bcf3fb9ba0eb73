import ImageFiles
import PictureMetrics
import Pixels
import TNG

/// What `tng compare` says of two pictures.
struct ComparisonReport: Encodable {
  /// A file of the two.
  struct File: Encodable {
    let file: String
    let bytes: Int
    let bitsPerPixel: Double
  }

  let width: Int
  let height: Int
  /// Whether all samples that are visible in the original are equal in 8 bits, those of alpha too.
  let areEqual: Bool
  /// In decibels; nil when the colours are equal.
  let psnr: Double?
  /// 0 … 1; nil when the picture is too small for it.
  let msSSIM: Double?
  /// In decibels; nil when the colours are equal or the picture is too small.
  let msSSIMDecibels: Double?
  /// Up to 100.
  let ssimulacra2: Double
  /// The largest difference of an alpha sample, 0 … 255; nil when neither picture has alpha.
  let largestAlphaDifference: Int?
  let files: [File]

  /// Compares two pictures, the first of which is the original.
  ///
  /// - Throws: `MetricError` if they differ in size.
  init(_ a: MeasuredPicture, _ b: MeasuredPicture, threads: Int) throws {
    let (aPixels, bPixels) = alike(a.picture.pixels, b.picture.pixels)
    let psnr = try PictureMetrics.psnr(of: bPixels, against: aPixels)
    width = aPixels.width
    height = aPixels.height
    self.psnr = psnr.isFinite ? psnr : nil
    largestAlphaDifference = TNGTool.largestAlphaDifference(aPixels, bPixels)
    areEqual = psnr == .infinity && largestAlphaDifference ?? 0 == 0
    msSSIM = try? PictureMetrics.msSSIM(of: bPixels, against: aPixels)
    msSSIMDecibels = psnr == .infinity ? nil : msSSIM.map(PictureMetrics.msSSIMDecibels)
    ssimulacra2 = try PictureMetrics.ssimulacra2(of: bPixels, against: aPixels, threads: threads)
    files = [a, b].map { picture in
      let pixels = picture.picture.pixels
      return File(
        file: picture.name, bytes: picture.byteCount,
        bitsPerPixel: TNGTool.bitsPerPixel(
          byteCount: picture.byteCount, width: pixels.width, height: pixels.height))
    }
  }
}

extension ComparisonReport {
  /// The report for people to read.
  var text: String {
    let lines = files.map {
      "\($0.file): \($0.bytes) bytes, \(fixed($0.bitsPerPixel, decimals: 3)) bits per pixel"
    }
    let measures = [
      "PSNR         \(psnrText)", "MS-SSIM      \(msSSIMText)",
      "SSIMULACRA2  \(fixed(ssimulacra2, decimals: 2))",
    ]
    return (measures + alphaLines + lines).joined(separator: "\n")
  }

  private var alphaLines: [String] {
    guard let largestAlphaDifference else { return [] }
    return [
      "alpha        "
        + (largestAlphaDifference == 0
          ? "equal" : "differs by up to \(largestAlphaDifference) of 255")
    ]
  }

  private var psnrText: String {
    psnr.map { "\(fixed($0, decimals: 2)) dB" } ?? "infinite: the colours are equal"
  }

  private var msSSIMText: String {
    guard let msSSIM else { return "not defined: a side is shorter than 161 pixels" }
    guard let msSSIMDecibels else { return "1" }
    return "\(fixed(msSSIM, decimals: 5)) (\(fixed(msSSIMDecibels, decimals: 2)) dB)"
  }
}

/// The largest difference of an alpha sample, where a picture without alpha is opaque; nil if
/// neither has alpha.
private func largestAlphaDifference(_ a: PixelBuffer, _ b: PixelBuffer) -> Int? {
  guard a.format.hasAlpha || b.format.hasAlpha else { return nil }
  return zip(a.alpha, b.alpha).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
}

extension PixelBuffer {
  /// The alpha samples in 8 bits; 255 if there are none.
  fileprivate var alpha: [UInt8] {
    let channels = format.channels
    guard format.hasAlpha else { return [UInt8](repeating: 255, count: width * height) }
    let samples = converted(toDepth: 8).samples
    return (1...width * height).map { samples[$0 * channels - 1] }
  }
}

/// Two pictures with the same colours: if only one is grey, it becomes red, green and blue.
private func alike(_ a: PixelBuffer, _ b: PixelBuffer) -> (PixelBuffer, PixelBuffer) {
  a.format.isGray == b.format.isGray ? (a, b) : (a.colored, b.colored)
}
