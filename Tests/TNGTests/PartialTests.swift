import Container
import PictureMetrics
import Pixels
import TNG
import Testing

/// Cut and damaged files give what their bytes allow, and say how much that is.
@Suite struct PartialTests {
  private let decoder = TNGDecoder(options: .init(threads: 2))

  @Test func aWholeFileIsWhole() throws {
    let file = try encoded(testPicture(width: 40, height: 24, format: .rgba))
    let partial = try decoder.decodePartial(file)
    #expect(try partial.picture == decoder.decode(file))
    #expect(partial.arrival.fraction == 1)
    #expect(partial.arrival.wholeTiles == 1 && partial.arrival.tileCount == 1)
  }

  @Test func moreBytesGiveABetterPicture() throws {
    let picture = testPicture(width: 160, height: 96)
    let file = try encoded(picture, level: 40)
    let latents = try ContainerFile(parsing: file).chunk(.latents)!.payload
    var before = (fraction: -1.0, psnr: 0.0)
    for quarter in 0...4 {
      let length = latents.lowerBound + latents.count * quarter / 4
      let partial = try decoder.decodePartial(Array(file[..<length]))
      let psnr = try Metrics.psnr(of: partial.picture.pixels, against: picture.pixels)
      #expect(psnr > before.psnr)
      let fraction = Double(length - latents.lowerBound) / Double(latents.count)
      #expect(partial.arrival.fraction == fraction)
      before = (partial.arrival.fraction, psnr)
    }
    #expect(before.fraction == 1)
  }

  /// The right tile of two is cut in its middle: the left one is whole, and the right one better than without its half.
  @Test func theTileInWhichAFileEndsIsUsed() throws {
    let picture = testPicture(width: 1100, height: 64)
    let file = try encoded(picture, level: 20)
    let chunk = try ContainerFile(parsing: file).chunk(.latents)!
    let streams = try TileStreams(
      of: chunk, in: file, count: 2, minimumSize: 8, allowsPartial: false)
    let right = streams[1]!.range
    let cut = { (length: Int) in
      try decoder.decodePartial(Array(file[..<(right.lowerBound + length)]))
    }
    let (none, half) = (try cut(4), try cut(right.count / 2))
    #expect(half.arrival.wholeTiles == 1 && half.arrival.tileCount == 2)
    #expect(half.arrival.fraction > none.arrival.fraction && half.arrival.fraction < 1)
    let area = { (pixels: PixelBuffer) in
      PixelBuffer(
        width: 60, height: 64, format: .rgb,
        samples: (0..<64).flatMap { pixels.samples[($0 * 1100 + 1040) * 3..<($0 + 1) * 3300] })
    }
    let original = area(picture.pixels)
    #expect(
      try Metrics.psnr(of: area(half.picture.pixels), against: original)
        > Metrics.psnr(of: area(none.picture.pixels), against: original) + 3)
  }

  @Test(arguments: [0, 1])
  func aDamagedTileSpoilsOnlyItsArea(sound: Int) throws {
    let picture = testPicture(width: 1100, height: 40)
    var file = try encoded(picture, level: 40)
    let whole = try decoder.decode(file).pixels
    let chunk = try ContainerFile(parsing: file).chunk(.latents)!
    let streams = try TileStreams(
      of: chunk, in: file, count: 2, minimumSize: 8, allowsPartial: false)
    let damaged = 1 - sound
    file[streams[damaged]!.range.lowerBound + 20] ^= 1
    #expect(throws: TNGError.self) { try decoder.decode(file) }
    let partial = try decoder.decodePartial(file)
    #expect(partial.arrival.wholeTiles == 1)
    #expect(partial.arrival.fraction < 1)
    // The synthesis reaches a little across the border at column 1024.
    let sides = [0..<850, 1090..<1100]
    for row in 0..<40 {
      for (tile, columns) in sides.enumerated() {
        let range = (row * 1100 + columns.lowerBound) * 3..<(row * 1100 + columns.upperBound) * 3
        let isEqual = partial.picture.pixels.samples[range] == whole.samples[range]
        #expect(isEqual == (tile == sound))
      }
    }
  }

  @Test func damagedMetadataAreLeftOut() throws {
    var picture = testPicture(width: 20, height: 20)
    picture.metadata = Metadata(exif: [1, 2, 3], xmp: [4, 5, 6])
    var file = try encoded(picture)
    file[try ContainerFile(parsing: file).chunk(.exif)!.payload.lowerBound] ^= 1
    let error = TNGError.damaged(
      "the check value of the chunk 'e' (EXIF) does not fit its bytes and the header's", offset: 13)
    #expect(throws: error) { try decoder.decode(file) }
    let metadata = try decoder.decodePartial(file).picture.metadata
    #expect(metadata == Metadata(xmp: [4, 5, 6]))
  }

  @Test func damagedAlphaTilesAreOpaque() throws {
    let picture = testPicture(width: 1100, height: 20, format: .rgba)
    var file = try encoded(picture)
    let chunk = try ContainerFile(parsing: file).chunk(.alpha)!
    file[chunk.payload.lowerBound + 40] ^= 1
    let partial = try decoder.decodePartial(file)
    #expect(partial.arrival.wholeTiles == 1)
    for pixel in 0..<1100 * 20 {
      let expected = pixel % 1100 < 1024 ? 255 : picture.pixels.samples[4 * pixel + 3]
      #expect(partial.picture.pixels.samples[4 * pixel + 3] == expected)
    }
  }
}
