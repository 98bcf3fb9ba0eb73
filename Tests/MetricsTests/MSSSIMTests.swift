import PictureMetrics
import Pixels
import Testing

@Suite struct MSSSIMTests {
  @Test(arguments: MetricVector.all)
  func agreesWithPyTorchMSSSIM(vector: MetricVector) throws {
    let distorted = vector.distortion.applied(to: vector.original)
    let value = try msSSIM(of: distorted, against: vector.original)
    // That package rounds its window to single precision; it is worth up to 2e-6.
    #expect(abs(value - vector.msSSIM) < 1e-5)
  }

  @Test func equalPicturesGiveOne() throws {
    let picture = gradient(width: 161, height: 170, format: .rgb)
    #expect(abs(try msSSIM(of: picture, against: picture) - 1) < 1e-12)
  }

  @Test func grayEqualsThreeEqualColors() throws {
    let gray = gradient(width: 161, height: 161, format: .gray)
    let flat = PixelBuffer(
      width: 161, height: 161, format: .gray, samples: gray.samples.map { $0 / 64 * 64 })
    let inGray = try msSSIM(of: flat, against: gray)
    let inColor = try msSSIM(of: colored(flat), against: colored(gray))
    #expect(inGray < 0.999)
    #expect(abs(inGray - inColor) < 1e-12)
  }

  @Test func aSideUnder161IsRefused() {
    let narrow = gradient(width: 160, height: 400, format: .gray)
    #expect(throws: MetricError.pictureTooSmall(minimumSide: 161)) {
      try msSSIM(of: narrow, against: narrow)
    }
  }

  @Test func decibels() {
    #expect(abs(msSSIMDecibels(0.99) - 20) < 1e-9)
    #expect(msSSIMDecibels(0) == 0)
    #expect(msSSIMDecibels(1) == .infinity)
  }

  private func gradient(width: Int, height: Int, format: PixelFormat) -> PixelBuffer {
    let count = width * height * format.channels
    return PixelBuffer(
      width: width, height: height, format: format,
      samples: (0..<count).map { UInt8(truncatingIfNeeded: $0 * 3 / 2 + $0 / width) })
  }

  private func colored(_ gray: PixelBuffer) -> PixelBuffer {
    PixelBuffer(
      width: gray.width, height: gray.height, format: .rgb,
      samples: gray.samples.flatMap { [$0, $0, $0] })
  }
}
