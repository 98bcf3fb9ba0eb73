import Models
import PictureMetrics
import Pixels
import TNG
import TestSupport
import Testing

@Suite struct TargetTests {
  private let picture = testPicture(width: 96, height: 64)

  private func encode(
    _ target: TNGEncoder.Target, tuning: Tuning? = nil
  ) throws(TNGError) -> [UInt8] {
    try TNGEncoder(options: .init(target: target, tuning: tuning, threads: 2)).encode(picture)
  }

  @Test func sizeIsTheLargestThatFits() throws {
    let file = try encode(.bytes(500), tuning: .psnr)
    #expect(file.count <= 500)
    let level = try #require(try TNGDecoder().readInfo(file).model).level
    try #require(level < 63)
    #expect(try encoded(picture, level: level + 1).count > 500)
    #expect(try encoded(picture, level: level) == file)
  }

  @Test func psnrIsReachedAtTheLowestLevel() throws {
    let file = try encode(.psnr(36))
    #expect(try psnr(of: TNGDecoder().decode(file).pixels, against: picture.pixels) >= 36)
    let level = try #require(try TNGDecoder().readInfo(file).model).level
    try #require(level > 0)
    let below = try TNGDecoder().decode(try encoded(picture, level: level - 1)).pixels
    #expect(try psnr(of: below, against: picture.pixels) < 36)
  }

  @Test func ssimulacra2IsReachedAtTheLowestLevel() throws {
    func score(_ file: [UInt8]) throws -> Double {
      try ssimulacra2(of: TNGDecoder().decode(file).pixels, against: picture.pixels)
    }
    let target = try score(encode(.level(30)))
    let file = try encode(.ssimulacra2(target))
    #expect(try score(file) >= target)
    let level = try #require(try TNGDecoder().readInfo(file).model).level
    try #require(level > 0)
    #expect(try score(encode(.level(level - 1))) < target)
  }

  @Test func verySmallPicturesHaveAnSSIMULACRA2() throws {
    let picture = testPicture(width: 3, height: 1)
    let options = TNGEncoder.Options(target: .ssimulacra2(10))
    let file = try TNGEncoder(options: options).encode(picture)
    let decoded = try TNGDecoder().decode(file).pixels
    #expect(try ssimulacra2(of: decoded, against: picture.pixels) >= 10)
  }

  /// The square of 255 is 65025, that of 51 a 25th of it: 10·log10(25 · 2) decibels.
  @Test func aPSNRIsABoundOnIntegers() {
    let original = PixelBuffer(width: 2, height: 1, format: .gray, samples: [0, 0])
    let decoded = PixelBuffer(width: 2, height: 1, format: .gray, samples: [51, 0])
    let errors = SquaredErrors(of: decoded, against: original)
    #expect(errors.sum == 2601)
    #expect(SquaredErrors.largestSum(psnr: errors.psnr, of: original) == 2601)
    #expect(SquaredErrors.largestSum(psnr: 10, of: original) == 13005)
    #expect(SquaredErrors.largestSum(psnr: -400, of: original) == 130050)
    #expect(SquaredErrors.largestSum(psnr: .infinity, of: original) == 0)
    #expect(SquaredErrors.largestSum(psnr: .nan, of: original) < 0)
  }

  @Test func whatCannotBeMetIsSaid() {
    let tooSmall = #expect(throws: TNGError.self) { try encode(.bytes(20)) }
    #expect(tooSmall?.code == .sizeNotReachable && tooSmall?.bound == 20)
    let tooGood = #expect(throws: TNGError.self) { try encode(.psnr(99)) }
    #expect(tooGood?.code == .psnrNotReachable && tooGood?.bound == 9900)
    let perfect = #expect(throws: TNGError.self) { try encode(.ssimulacra2(100)) }
    #expect(perfect?.code == .ssimulacra2NotReachable && perfect?.bound == 10000)
    #expect(perfect.map { (7000..<10000).contains($0.value ?? 0) } == true)
  }

  @Test func percentagesCoverTheLevels() {
    for model in [ModelLibrary.psnr, ModelLibrary.perceptual].map(\.properties) {
      #expect(Quality(percent: 0)?.level(of: model) == 0)
      #expect(Quality(percent: 100)?.level(of: model) == model.levelCount - 1)
      let levels = stride(from: 0, through: 100, by: 0.25).map {
        Quality(percent: $0)!.level(of: model)
      }
      #expect(Set(levels).count == model.levelCount && levels == levels.sorted())
    }
  }

  @Test(arguments: [-0.1, 100.1, .nan, .infinity])
  func otherQualitiesThereAreNot(percent: Double) {
    #expect(Quality(percent: percent) == nil)
  }

  @Test func otherEffortsThereAreNot() {
    #expect(Effort(level: -1) == nil && Effort(level: 0) != nil && Effort(level: 100) == nil)
  }
}
