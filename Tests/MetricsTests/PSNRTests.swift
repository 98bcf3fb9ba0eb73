import PictureMetrics
import Pixels
import Testing

@Suite struct PSNRTests {
  @Test(arguments: MetricVector.all)
  func agreesWithNumPy(vector: MetricVector) throws {
    let distorted = vector.distortion.applied(to: vector.original)
    let value = try psnr(of: distorted, against: vector.original)
    #expect(abs(value - vector.psnr) < 1e-6)
  }

  @Test func oneErrorOf51InEveryFourthSampleIs20Decibels() throws {
    // The mean squared error is 51² / 4 = 255² / 100.
    let original = PixelBuffer(width: 2, height: 2, format: .gray, samples: [0, 0, 0, 0])
    let decoded = PixelBuffer(width: 2, height: 2, format: .gray, samples: [0, 0, 51, 0])
    #expect(abs(try psnr(of: decoded, against: original) - 20) < 1e-12)
  }

  @Test func equalPicturesGiveInfinity() throws {
    let picture = PixelBuffer(width: 1, height: 1, format: .rgb, samples: [1, 2, 3])
    #expect(try psnr(of: picture, against: picture) == .infinity)
  }

  @Test func alphaIsLeftOut() throws {
    let opaque = PixelBuffer(width: 1, height: 2, format: .rgb, samples: [9, 9, 9, 9, 9, 9])
    let clear = PixelBuffer(
      width: 1, height: 2, format: .rgba, samples: [9, 9, 9, 0, 9, 9, 9, 77])
    #expect(try psnr(of: clear, against: opaque) == .infinity)
  }

  @Test func picturesThatCannotBeComparedAreRefused() {
    let rgb = PixelBuffer(width: 1, height: 2, format: .rgb, samples: [0, 0, 0, 0, 0, 0])
    let turned = PixelBuffer(width: 2, height: 1, format: .rgb, samples: [0, 0, 0, 0, 0, 0])
    let gray = PixelBuffer(width: 1, height: 2, format: .gray, samples: [0, 0])
    #expect(throws: MetricError.sizesDiffer) { try psnr(of: turned, against: rgb) }
    #expect(throws: MetricError.colorsDiffer) { try psnr(of: gray, against: rgb) }
  }
}
