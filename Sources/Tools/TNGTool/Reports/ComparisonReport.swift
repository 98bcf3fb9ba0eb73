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
  /// Whether all colour samples are equal, in 8 bits.
  let areEqual: Bool
  /// In decibels; nil when the pictures are equal.
  let psnr: Double?
  /// 0 … 1; nil when the picture is too small for it.
  let msSSIM: Double?
  /// In decibels; nil when the pictures are equal or too small.
  let msSSIMDecibels: Double?
  /// Up to 100; nil when the picture is too small for it.
  let ssimulacra2: Double?
  let files: [File]

  /// Compares two pictures, the first of which is the original.
  ///
  /// - Throws: `MetricError` if they differ in size.
  init(_ a: MeasuredPicture, _ b: MeasuredPicture, threads: Int) throws {
    let (aPixels, bPixels) = alike(a.picture.pixels, b.picture.pixels)
    let psnr = try PictureMetrics.psnr(of: bPixels, against: aPixels)
    width = aPixels.width
    height = aPixels.height
    areEqual = psnr == .infinity
    self.psnr = areEqual ? nil : psnr
    msSSIM = try? PictureMetrics.msSSIM(of: bPixels, against: aPixels)
    msSSIMDecibels = areEqual ? nil : msSSIM.map(PictureMetrics.msSSIMDecibels)
    ssimulacra2 = try? PictureMetrics.ssimulacra2(of: bPixels, against: aPixels, threads: threads)
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
      "PSNR         \(psnrText)", "MS-SSIM      \(msSSIMText)", "SSIMULACRA2  \(ssimulacra2Text)",
    ]
    return (measures + lines).joined(separator: "\n")
  }

  private var psnrText: String {
    psnr.map { "\(fixed($0, decimals: 2)) dB" } ?? "infinite: the colours are equal"
  }

  private var msSSIMText: String {
    guard let msSSIM else { return "not defined: a side is shorter than 161 pixels" }
    guard let msSSIMDecibels else { return "1" }
    return "\(fixed(msSSIM, decimals: 5)) (\(fixed(msSSIMDecibels, decimals: 2)) dB)"
  }

  private var ssimulacra2Text: String {
    ssimulacra2.map { fixed($0, decimals: 2) } ?? "not defined: a side is shorter than 8 pixels"
  }
}

/// Two pictures with the same colours: if only one is grey, it becomes red, green and blue.
private func alike(_ a: PixelBuffer, _ b: PixelBuffer) -> (PixelBuffer, PixelBuffer) {
  a.format.isGray == b.format.isGray ? (a, b) : (a.colored, b.colored)
}
