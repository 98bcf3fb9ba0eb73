import PictureMetrics
import Pixels
import Testing

@Suite struct SSIMULACRA2Tests {
  @Test(arguments: MetricVector.all)
  func agreesWithThePublicTool(vector: MetricVector) throws {
    let distorted = vector.distortion.applied(to: vector.original)
    let value = try ssimulacra2(of: distorted, against: vector.original)
    // Opposite structure has scores of −1000 and less: there the digits count.
    #expect(abs(value - vector.ssimulacra2) < max(0.1, abs(vector.ssimulacra2) / 1000))
  }

  @Test(arguments: MetricVector.fields(of: "sizes.txt"))
  func agreesOnSmallAndLargePictures(line: [String]) throws {
    let crop = MetricVector.picture("kodim13")
    let original = crop.repeated(width: Int(line[1])!, height: Int(line[2])!)
    let distorted = Distortion(rawValue: line[0])!.applied(to: original)
    let value = try ssimulacra2(of: distorted, against: original, threads: 2)
    #expect(abs(value - Double(line[3])!) < 0.1)
  }

  @Test func isTheSameForAnyNumberOfThreads() throws {
    let original = noise(width: 530, height: 270, format: .rgb, seed: 1)
    let distorted = Distortion.blurred.applied(to: original)
    let values = try [1, 2, 3, 7].map {
      try ssimulacra2(of: distorted, against: original, threads: $0)
    }
    #expect(Set(values).count == 1)
  }

  /// These are bits of one machine: all others must give them as well.
  @Test func isTheSameOnEveryMachine() throws {
    let original = noise(width: 301, height: 163, format: .rgb, seed: 1)
    let distorted = Distortion.quantized.applied(to: original)
    let value = try ssimulacra2(of: distorted, against: original)
    #expect(value.bitPattern == 0x4054_D5FF_C040_F51A)
  }

  @Test func equalPicturesGive100() throws {
    let picture = noise(width: 40, height: 9, format: .rgb, seed: 2)
    #expect(try ssimulacra2(of: picture, against: picture) == 100)
  }

  @Test func grayEqualsThreeEqualColors() throws {
    let gray = noise(width: 61, height: 47, format: .gray, seed: 3)
    let flat = PixelBuffer(
      width: 61, height: 47, format: .gray, samples: gray.samples.map { $0 / 64 * 64 })
    let inGray = try ssimulacra2(of: flat, against: gray)
    #expect(inGray < 90)
    #expect(try inGray == ssimulacra2(of: flat.colored, against: gray.colored))
  }

  @Test func alphaIsLeftOut() throws {
    let opaque = noise(width: 30, height: 30, format: .gray, seed: 4)
    let clear = PixelBuffer(
      width: 30, height: 30, format: .grayAlpha, samples: opaque.samples.flatMap { [$0, 77] })
    #expect(try ssimulacra2(of: clear, against: opaque) == 100)
  }

  @Test func aShortSideIsExtendedByItsLastSample() throws {
    let narrow = noise(width: 7, height: 90, format: .gray, seed: 5)
    let changed = PixelBuffer(
      width: 7, height: 90, format: .gray, samples: narrow.samples.map { $0 / 32 * 32 })
    #expect(try ssimulacra2(of: narrow, against: narrow) == 100)
    #expect(
      try ssimulacra2(of: changed, against: narrow)
        == ssimulacra2(of: changed.widenedToEight, against: narrow.widenedToEight))
  }

  @Test func picturesThatCannotBeComparedAreRefused() {
    let narrow = noise(width: 7, height: 90, format: .gray, seed: 5)
    let other = noise(width: 8, height: 90, format: .gray, seed: 5)
    #expect(throws: MetricError.sizesDiffer) { try ssimulacra2(of: narrow, against: other) }
  }

  private func noise(width: Int, height: Int, format: PixelFormat, seed: UInt32) -> PixelBuffer {
    var state = seed
    let samples = (0..<width * height * format.channels).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
    return PixelBuffer(width: width, height: height, format: format, samples: samples)
  }
}

extension PixelBuffer {
  /// A grey picture of 7 columns with the last one twice.
  fileprivate var widenedToEight: PixelBuffer {
    PixelBuffer(
      width: 8, height: height, format: .gray,
      samples: samples.enumerated().flatMap { $0 % 7 == 6 ? [$1, $1] : [$1] })
  }

  /// Another size of an RGB picture: a part, or copies side by side.
  fileprivate func repeated(width: Int, height: Int) -> PixelBuffer {
    var repeated: [UInt8] = []
    for y in 0..<height {
      let row = y % self.height * self.width
      for x in 0..<width { repeated += samples[((row + x % self.width) * 3)...].prefix(3) }
    }
    return PixelBuffer(width: width, height: height, format: .rgb, samples: repeated)
  }

  /// A grey picture in three equal colours.
  fileprivate var colored: PixelBuffer {
    PixelBuffer(
      width: width, height: height, format: .rgb, samples: samples.flatMap { [$0, $0, $0] })
  }
}
