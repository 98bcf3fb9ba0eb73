import Container
import PictureMetrics
import Pixels
import TNG
import TestSupport
import Testing

/// Cut and damaged files give what their bytes allow, and say how much that is.
@Suite struct PartialTests {
  private let decoder = TNGDecoder(options: .init(threads: 2))

  @Test func aWholeFileIsWhole() throws {
    let file = try encoded(testPicture(width: 40, height: 24, format: .rgba))
    let partial = try decoder.decodePartial(file)
    #expect(try partial.picture == decoder.decode(file))
    #expect(partial.completeness.byteShare == 1)
    #expect(partial.completeness.wholeTiles == 1 && partial.completeness.tileCount == 1)
  }

  @Test func moreBytesGiveABetterPicture() throws {
    let picture = testPicture(width: 160, height: 96)
    let file = try encoded(picture, level: 40)
    let start = try latents(of: file).offset(of: 0)
    let size = file.count - start - FrameLayer.checkSize
    var before = (share: -1.0, psnr: 0.0)
    for quarter in 0...4 {
      let length = quarter < 4 ? start + size * quarter / 4 : file.count
      let partial = try decoder.decodePartial(Array(file[..<length]))
      let psnr = try PictureMetrics.psnr(of: partial.picture.pixels, against: picture.pixels)
      #expect(psnr > before.psnr)
      let share = Double(length - start) / Double(file.count - start)
      #expect(partial.completeness.byteShare == share)
      before = (partial.completeness.byteShare, psnr)
    }
    #expect(before.share == 1)
  }

  /// The right tile of two is cut in its middle: the left one is whole, and the right one better
  /// than without its half.
  @Test func theTileInWhichAFileEndsIsUsed() throws {
    let picture = testPicture(width: 1100, height: 64)
    let file = try encoded(picture, level: 20)
    let right = try latents(of: file).stream(of: 1, in: file)!.range
    let cut = { (length: Int) in
      try decoder.decodePartial(Array(file[..<(right.lowerBound + length)]))
    }
    let (none, half) = (try cut(4), try cut(right.count / 2))
    #expect(half.completeness.wholeTiles == 1 && half.completeness.tileCount == 2)
    #expect(
      half.completeness.byteShare > none.completeness.byteShare && half.completeness.byteShare < 1)
    let area = { (pixels: PixelBuffer) in
      PixelBuffer(
        width: 60, height: 64, format: .rgb,
        samples: (0..<64).flatMap { pixels.samples[($0 * 1100 + 1040) * 3..<($0 + 1) * 3300] })
    }
    let original = area(picture.pixels)
    #expect(
      try PictureMetrics.psnr(of: area(half.picture.pixels), against: original)
        > PictureMetrics.psnr(of: area(none.picture.pixels), against: original) + 3)
  }

  @Test(arguments: [0, 1])
  func aDamagedTileSpoilsOnlyItsArea(sound: Int) throws {
    let picture = testPicture(width: 1100, height: 40)
    var file = try encoded(picture, level: 40)
    let whole = try decoder.decode(file).pixels
    file[try latents(of: file).offset(of: 1 - sound) + 20] ^= 1
    #expect(throws: TNGError.self) { try decoder.decode(file) }
    let partial = try decoder.decodePartial(file)
    #expect(partial.completeness.wholeTiles == 1)
    #expect(partial.completeness.byteShare < 1)
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
    let start = FileHeader(isGray: false, hasAlpha: false, width: 20, height: 20).serialized.count
    #expect(throws: TNGError(.checksumMismatch, in: .exif, offset: start)) {
      try decoder.decode(file)
    }
    let metadata = try decoder.decodePartial(file).picture.metadata
    #expect(metadata == Metadata(xmp: [4, 5, 6]))
  }

  /// What is behind a byte that has changed may be wrong in its tile, and in no other.
  @Test func damageToAlphaStaysInItsTile() throws {
    let picture = testPicture(width: 1100, height: 20, format: .rgba)
    var file = try encoded(picture)
    let alpha = try ContainerFile(parsing: file).frames[0].layer(.alpha)!
    file[alpha.offset(of: 0) + alpha.lengths[0] / 2] ^= 1
    #expect(
      throws: TNGError(.checksumMismatch, in: .alpha, tile: 0, offset: alpha.offset(of: 0))
    ) { try decoder.decode(file) }
    let partial = try decoder.decodePartial(file)
    #expect(partial.completeness.wholeTiles == 1)
    for pixel in 0..<1100 * 20 where pixel % 1100 >= 1024 {
      #expect(
        partial.picture.pixels.samples[4 * pixel + 3] == picture.pixels.samples[4 * pixel + 3])
    }
    #expect(partial.picture.pixels.alpha != picture.pixels.alpha)
  }

  /// A file that ends in its first tile shows what has arrived of that.
  @Test func aLosslessFileShowsTheRowsThatHaveArrived() throws {
    let picture = testPicture(width: 1100, height: 60)
    let file = try losslessly(picture)
    let layer = try ContainerFile(parsing: file).frames[0].layer(.exact)!
    let half = layer.offset(of: 0) + layer.lengths[0] / 2
    let partial = try decoder.decodePartial(Array(file[..<half]))
    #expect(partial.completeness.wholeTiles == 0)
    let rows = (0..<60).prefix { row in
      let range = row * 3300..<row * 3300 + 3072
      return partial.picture.pixels.samples[range] == picture.pixels.samples[range]
    }
    #expect((10..<50).contains(rows.count))
    #expect(
      partial.picture.pixels.samples[rows.count * 3300..<rows.count * 3300 + 3072].allSatisfy {
        $0 == 128
      })
    #expect(partial.picture.pixels.samples[3072..<3300].allSatisfy { $0 == 128 })
  }

  /// Nothing of a damaged tile of exact samples is shown, because nobody knows what of it is right.
  @Test func aDamagedLosslessTileIsLeftOut() throws {
    let picture = testPicture(width: 1100, height: 20)
    var file = try losslessly(picture)
    let layer = try ContainerFile(parsing: file).frames[0].layer(.exact)!
    file[layer.offset(of: 0) + layer.lengths[0] / 2] ^= 1
    let partial = try decoder.decodePartial(file)
    #expect(partial.completeness.wholeTiles == 1)
    for row in 0..<20 {
      let samples = partial.picture.pixels.samples[row * 3300..<(row + 1) * 3300]
      #expect(samples.prefix(3072).allSatisfy { $0 == 128 })
      let original = picture.pixels.samples[row * 3300..<(row + 1) * 3300]
      #expect(samples.dropFirst(3072) == original.dropFirst(3072))
    }
  }

  private func latents(of file: [UInt8]) throws -> FrameLayer {
    try #require(try ContainerFile(parsing: file).frames.first?.layer(.latents))
  }
}
