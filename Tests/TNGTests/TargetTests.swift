import PictureMetrics
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
    let level = try TNGDecoder().readInfo(file).quality.level
    try #require(level < 63)
    #expect(try encoded(picture, level: level + 1).count > 500)
    #expect(try encoded(picture, level: level) == file)
  }

  @Test func psnrIsReachedAtTheLowestLevel() throws {
    let file = try encode(.psnr(36))
    #expect(try psnr(of: TNGDecoder().decode(file).pixels, against: picture.pixels) >= 36)
    let level = try TNGDecoder().readInfo(file).quality.level
    try #require(level > 0)
    let below = try TNGDecoder().decode(try encoded(picture, level: level - 1)).pixels
    #expect(try psnr(of: below, against: picture.pixels) < 36)
  }

  @Test func whatCannotBeMetIsSaid() {
    #expect(throws: TNGError.self) { try encode(.bytes(20)) }
    #expect(throws: TNGError.self) { try encode(.psnr(99)) }
  }

  @Test func percentagesCoverTheLevels() {
    #expect(Quality(percent: 0).level == 0)
    #expect(Quality(percent: 100).level == 63)
    #expect(Set((0...100).map { Quality(percent: Double($0)).level }).count == 64)
  }
}
