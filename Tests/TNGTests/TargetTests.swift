import PictureMetrics
import Pixels
import TNG
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

  @Test func whatCannotBeMetIsSaid() {
    let tooSmall = #expect(throws: TNGError.self) { try encode(.bytes(20)) }
    #expect(tooSmall?.code == .sizeNotReachable && tooSmall?.bound == 20)
    let tooGood = #expect(throws: TNGError.self) { try encode(.psnr(99)) }
    #expect(tooGood?.code == .psnrNotReachable && tooGood?.bound == 9900)
  }

  @Test func percentagesCoverTheLevels() {
    for count in [1, 2, 64, 128] {
      #expect(Quality(percent: 0)?.level(of: count) == 0)
      #expect(Quality(percent: 100)?.level(of: count) == count - 1)
      let levels = stride(from: 0, through: 100, by: 0.25).map {
        Quality(percent: $0)!.level(of: count)
      }
      #expect(Set(levels).count == count && levels == levels.sorted())
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
