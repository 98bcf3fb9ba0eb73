import CTNG
import CTNGHeader
import PictureMetrics
import Pixels
import Testing

/// The score of two pictures by tng.h.
private func score(
  _ original: PixelBuffer, _ decoded: PixelBuffer, threads: Int32 = 1, missing bytes: Int = 0
) throws(CallError) -> Double {
  var (first, second) = (layout(original), layout(decoded))
  var score = -1.0
  do throws(CallError) {
    try call {
      tng_ssimulacra2(
        &first, original.samples, original.samples.count, &second, decoded.samples,
        decoded.samples.count - bytes, threads, &score, $0)
    }
  } catch {
    #expect(score == -1)
    throw error
  }
  return score
}

@Suite struct ComparisonTests {
  private let pixels = testPixels(.rgb, width: 40, height: 25)

  @Test(arguments: PixelFormat.allCases)
  func scoresAreThoseOfTheSwiftLibrary(format: PixelFormat) throws {
    let original = testPixels(format, width: 40, height: 25)
    var samples = original.samples
    for index in stride(from: 0, to: samples.count, by: 7) { samples[index] ^= 24 }
    let decoded = PixelBuffer(width: 40, height: 25, format: format, samples: samples)
    let expected = try ssimulacra2(of: decoded, against: original)
    #expect(expected < 95)
    #expect(try score(original, decoded) == expected)
    #expect(try score(original, decoded, threads: 3) == expected)
    // Which of them is the original matters.
    #expect(try score(decoded, original) == ssimulacra2(of: original, against: decoded))
    #expect(try score(original, original) == 100)
  }

  @Test func rowsMayHavePadding() throws {
    var samples = pixels.samples
    for index in stride(from: 0, to: samples.count, by: 7) { samples[index] ^= 24 }
    let expected = try score(
      pixels, PixelBuffer(width: 40, height: 25, format: .rgb, samples: samples))
    let padded = (0..<25).flatMap { samples[$0 * 120..<($0 + 1) * 120] + [0, 0, 0, 0, 0] }
    var (first, second, found) = (layout(pixels), layout(pixels, stride: 125), 0.0)
    try call {
      tng_ssimulacra2(
        &first, pixels.samples, pixels.samples.count, &second, padded, padded.count, 1, &found, $0)
    }
    #expect(found == expected)
  }

  @Test func picturesThatCannotBeComparedAreRefused() {
    for body: () throws -> Void in [
      { _ = try score(pixels, testPixels(.rgb, width: 39, height: 25)) },
      { _ = try score(pixels, testPixels(.gray, width: 40, height: 25)) },
      { _ = try score(pixels, pixels, threads: 0) },
      { _ = try score(pixels, pixels, missing: 1) },
    ] {
      let error = #expect(throws: CallError.self) { try body() }
      #expect(error?.status == TNG_ERROR_INVALID_ARGUMENT)
      #expect(error?.message.hasPrefix("The call is wrong: ") == true)
    }
    var layout = layout(pixels)
    #expect(
      tng_ssimulacra2(
        &layout, pixels.samples, pixels.samples.count, &layout, pixels.samples,
        pixels.samples.count, 1, nil, nil) == TNG_ERROR_INVALID_ARGUMENT)
    var found = 0.0
    #expect(
      tng_ssimulacra2(
        &layout, nil, 0, &layout, pixels.samples, pixels.samples.count, 1, &found, nil)
        == TNG_ERROR_INVALID_ARGUMENT)
  }
}
