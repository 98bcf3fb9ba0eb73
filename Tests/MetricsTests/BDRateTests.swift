import PictureMetrics
import Testing

@Suite struct BDRateTests {
  /// Published results on Kodak (CompressAI, `results/image/kodak`): bits per pixel and PSNR.
  private let bpg = Self.curve([
    (0.067768, 26.195128), (0.161023, 28.681549), (0.351554, 31.594657), (0.684697, 34.857474),
    (1.199665, 38.259887), (1.929712, 41.478873), (3.057876, 44.70311), (4.703143, 47.632516),
  ])
  private let vtm = Self.curve([
    (0.048245, 26.144845), (0.112495, 28.493022), (0.245817, 31.199874), (0.490545, 34.261533),
    (0.87481, 37.419793), (1.43085, 40.424444), (2.324607, 43.505767), (3.632609, 46.59176),
  ])

  @Test func agreesWithSciPyOnPublishedCurves() throws {
    // PchipInterpolator.integrate of SciPy 1.17 on the same points.
    #expect(abs(try bdRate(of: vtm, against: bpg) - -0.18024208397242514) < 1e-12)
    let inverse = 1 / (1 - 0.18024208397242514) - 1
    #expect(abs(try bdRate(of: bpg, against: vtm) - inverse) < 1e-12)
  }

  @Test func theOrderOfThePointsDoesNotMatter() throws {
    let value = try bdRate(of: vtm.reversed(), against: bpg.shuffled())
    #expect(value == (try bdRate(of: vtm, against: bpg)))
  }

  @Test func halfTheRateIsMinusFiftyPercent() throws {
    let halved = bpg.map { RatePoint(rate: $0.rate / 2, quality: $0.quality) }
    #expect(abs(try bdRate(of: halved, against: bpg) - -0.5) < 1e-12)
  }

  @Test func twoPointsAreJoinedByALineOverTheCommonRange() throws {
    // log2 of the rates: quality/10 − 3 against quality/20 − 1. The common range is 30 … 40, where
    // the means are 0.5 and 0.75: a quarter of a doubling less.
    let test = Self.curve([(0.5, 20), (2, 40)])
    let anchor = Self.curve([(1.414_213_562_373_095, 30), (2.828_427_124_746_190, 50)])
    let expected = 0.840_896_415_253_714_6 - 1  // 2^(−1/4) − 1
    #expect(abs(try bdRate(of: test, against: anchor) - expected) < 1e-12)
  }

  @Test func curvesThatCannotBeComparedAreRefused() {
    let low = Self.curve([(1, 10), (2, 20)])
    #expect(throws: MetricError.noCommonRange) {
      try bdRate(of: low, against: Self.curve([(1, 20), (2, 30)]))
    }
    let unusable: [[(Double, Double)]] = [
      [(1, 10)], [(1, 10), (2, 10)], [(0, 10), (1, 20)], [(1, 10), (2, .infinity)],
    ]
    for points in unusable {
      #expect(throws: MetricError.curveNotUsable) {
        try bdRate(of: Self.curve(points), against: low)
      }
    }
  }

  private static func curve(_ points: [(rate: Double, quality: Double)]) -> [RatePoint] {
    points.map { RatePoint(rate: $0.rate, quality: $0.quality) }
  }
}
