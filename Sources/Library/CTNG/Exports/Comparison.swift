// The names are those of tng.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

public import CTNGHeader
import PictureMetrics
import Pixels

// The function of tng.h, which describes it, that compares.

/// Says how much of a picture people see to be changed.
@c @implementation
public func tng_ssimulacra2(
  _ originalLayout: UnsafePointer<tng_layout>?, _ original: UnsafeRawPointer?, _ originalSize: Int,
  _ decodedLayout: UnsafePointer<tng_layout>?, _ decoded: UnsafeRawPointer?, _ decodedSize: Int,
  _ threads: Int32, _ score: UnsafeMutablePointer<Double>?,
  _ error: UnsafeMutablePointer<tng_error>?
) -> tng_status {
  status(error) { () throws(Failure) in
    guard let score else { throw .argument("score is NULL") }
    guard let original, let decoded else { throw .argument("the samples are NULL") }
    guard threads >= 1 else { throw .argument("threads is less than 1") }
    let first = try PixelBuffer(Layout(originalLayout, size: originalSize), at: original)
    let second = try PixelBuffer(Layout(decodedLayout, size: decodedSize), at: decoded)
    do throws(MetricError) {
      score.pointee = try ssimulacra2(of: second, against: first, threads: Int(threads))
    } catch {
      throw .argument(String("\(error)".dropLast()))
    }
  }
}
