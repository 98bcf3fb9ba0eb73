import Testing

import PictureMetrics

/// The expected integrals are of the Hermite cubic between two points at distance w,
/// w·(y0 + y1) / 2 + w²·(slope0 − slope1) / 12, with the slopes worked out in each comment.
@Suite struct MonotoneCubicTests {
  @Test func aLineStaysALine() {
    let line = MonotoneCubic(x: [0, 1, 4], y: [1, 3, 9])
    #expect(abs(line.integral(from: 0, to: 4) - 20) < 1e-12)
    #expect(abs(line.integral(from: 0.5, to: 2) - 5.25) < 1e-12)
  }

  @Test func theSlopeInsideIsTheHarmonicMean() {
    // Secants 4 and 1. Slopes: (3·4 − 1) / 2 = 5.5, 2·4·1 / 5 = 1.6, and (3·1 − 4) / 2 = −0.5,
    // which has the wrong sign, so 0.
    let curve = MonotoneCubic(x: [0, 1, 2], y: [0, 4, 5])
    #expect(abs(curve.integral(from: 0, to: 1) - (2 + 3.9 / 12)) < 1e-12)
    #expect(abs(curve.integral(from: 1, to: 2) - (4.5 + 1.6 / 12)) < 1e-12)
  }

  @Test func anExtremumIsFlatAndTheEndsAreLimited() {
    // Secants 1 and −10. Slopes: (3·1 + 10) / 2 = 6.5, limited to 3·1; 0 at the extremum;
    // (3·−10 − 1) / 2 = −15.5.
    let curve = MonotoneCubic(x: [0, 1, 2], y: [0, 1, -9])
    #expect(abs(curve.integral(from: 0, to: 1) - (0.5 + 3.0 / 12)) < 1e-12)
    #expect(abs(curve.integral(from: 1, to: 2) - (-4 + 15.5 / 12)) < 1e-12)
  }

  @Test func agreesWithSciPyOnUnequalSteps() {
    // PchipInterpolator([0, 1, 3, 4, 6], [0, 2, 3, 3, 1]).integrate
    let curve = MonotoneCubic(x: [0, 1, 3, 4, 6], y: [0, 2, 3, 3, 1])
    #expect(abs(curve.integral(from: 0, to: 6) - 13.978174603174603) < 1e-12)
    #expect(abs(curve.integral(from: 0.5, to: 5) - 11.912822420634921) < 1e-12)
  }
}
