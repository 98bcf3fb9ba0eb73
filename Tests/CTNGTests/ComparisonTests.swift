import CTNG
import CTNGHeader
import Pixels
import Testing

@Suite("Comparing through C")
struct ComparisonTests {
  private let pixels = testPixels(.rgb, width: 120, height: 113)

  private func score(
    _ first: PixelBuffer, _ second: PixelBuffer, threads: Int32 = 1, size: Int? = nil
  ) throws(CallError) -> Double {
    var (one, two, score) = (layout(first), layout(second), Double.nan)
    let (a, b) = (first.samples, second.samples)
    try call {
      tng_ssimulacra2(&one, a, size ?? a.count, &two, b, b.count, threads, &score, $0)
    }
    return score
  }

  @Test func equalPicturesScore100() throws {
    #expect(try score(pixels, pixels) == 100)
    #expect(try score(pixels, pixels, threads: 2) == 100)
  }

  @Test func wrongArgumentsAreRefused() {
    let other = testPixels(.rgb, width: 119, height: 113)
    #expect(throws: CallError.self) { try score(pixels, other) }
    #expect(throws: CallError.self) { try score(pixels, pixels, threads: 0) }
    #expect(throws: CallError.self) { try score(pixels, pixels, size: 100) }
  }
}
