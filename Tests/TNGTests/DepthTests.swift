import Container
import Pixels
import TNG
import TestSupport
import Testing

@Suite struct DepthTests {
  @Test(arguments: [1, 3, 7, 9, 10, 12, 15, 16], PixelFormat.allCases)
  func losslessPicturesOfEveryDepthComeBack(depth: Int, format: PixelFormat) throws {
    let picture = widePicture(width: 45, height: 30, format: format, depth: depth)
    let file = try losslessly(picture)
    #expect(try TNGDecoder().readInfo(file).depth == depth)
    #expect(try TNGDecoder().decode(file) == picture)
    #expect(try decodedToBytes(file, picture.pixels) == picture.pixels.converted(toDepth: 8))
  }

  /// What a sink of 8 bits gets.
  private func decodedToBytes(_ file: [UInt8], _ original: PixelBuffer) throws -> PixelBuffer {
    try PixelBuffer(width: original.width, height: original.height, format: original.format) {
      _ = try TNGDecoder().decode(file, to: $0)
    }
  }

  @Test func opaqueAlphaOfEveryDepthCostsNothing() throws {
    for depth in [1, 8, 16] {
      let samples = (0..<400).map { UInt16($0 % 2 == 1 ? 1 << depth - 1 : 0) }
      let pixels = PixelBuffer(
        width: 20, height: 10, format: .grayAlpha, depth: 16,
        wideSamples: samples.map { $0 == 0 ? 0 : .max }
      ).converted(toDepth: depth)
      let file = try losslessly(Picture(pixels: pixels))
      #expect(try ContainerFile(parsing: file).frames[0].header.layers == [.exact])
      #expect(try TNGDecoder().decode(file).pixels == pixels)
    }
  }

  @Test(arguments: [4, 10, 16])
  func theNetworkTakesEveryDepthAsEightBits(depth: Int) throws {
    let picture = widePicture(width: 40, height: 24, format: .rgba, depth: depth)
    let same = Picture(pixels: picture.pixels.converted(toDepth: 8))
    #expect(try encoded(picture) == encoded(same))
  }

  @Test func partOfADeepFileIsShown() throws {
    let picture = widePicture(width: 64, height: 64, format: .rgba, depth: 16)
    let file = try losslessly(picture)
    let partial = try TNGDecoder().decodePartial(Array(file.dropLast(file.count / 3)))
    #expect(partial.picture.pixels.depth == 16)
    let samples = partial.picture.pixels.wideSamples
    #expect(samples.prefix(64 * 4) == picture.pixels.wideSamples.prefix(64 * 4))
    // What is missing is middle grey; alpha has arrived.
    #expect(samples.suffix(4) == [0x8000, 0x8000, 0x8000, picture.pixels.wideSamples.last!])
  }

  @Test(arguments: 1...16, 1...16)
  func conversionKeepsBothEndsAndGoesBack(from: Int, to: Int) {
    let largest = UInt16(1 << from - 1)
    let samples = (0..<256).map { UInt16(Int(largest) * $0 / 255) }
    let pixels =
      from > 8
      ? PixelBuffer(width: 256, height: 1, format: .gray, depth: from, wideSamples: samples)
      : PixelBuffer(
        width: 256, height: 1, format: .gray, depth: from, samples: samples.map { UInt8($0) })
    let converted = pixels.converted(toDepth: to)
    #expect(converted.wideSamples.first == 0 && converted.wideSamples.last == UInt16(1 << to - 1))
    #expect(zip(converted.wideSamples, converted.wideSamples.dropFirst()).allSatisfy { $0 <= $1 })
    if to >= from { #expect(converted.converted(toDepth: from) == pixels) }
  }
}
