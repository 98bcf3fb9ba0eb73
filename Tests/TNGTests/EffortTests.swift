import Foundation
import Neural
import Pixels
import Synchronization
import TNG
import TestSupport
import Testing

/// What refinement brings, and that it is the same everywhere.
@Suite struct EffortTests {
  /// Bits + λ·MSE fall from effort to effort.
  @Test(arguments: [10, 31, 55])
  func moreEffortCostsLess(level: Int) throws {
    let picture = testPicture(width: 150, height: 130)
    let lambda = 0.001 * pow(200, Double(level) / 63)
    let costs = try [0, 1, 2, 6].map { effort in
      let options = TNGEncoder.Options(
        target: .level(level), tuning: .psnr, effort: Effort(level: effort)!, graphics: .never,
        threads: 2)
      let file = try TNGEncoder(options: options).encode(picture)
      let decoded = try TNGDecoder().decode(file).pixels
      let error = zip(decoded.samples, picture.pixels.samples).reduce(0.0) {
        $0 + Double((Int($1.0) - Int($1.1)) * (Int($1.0) - Int($1.1)))
      }
      return Double(8 * file.count) + lambda * error / 3
    }
    #expect(costs == costs.sorted(by: >))
  }

  /// A step for each pass of each tile and for coding it; in a search, of each attempt.
  @Test(arguments: [
    // Of a search for the highest of 64 levels, 6 of at most 7 attempts.
    (target: TNGEncoder.Target.quality(.standard), told: 6, of: 6), (.bytes(100_000), 36, 42),
    (.lossless, 0, 1),
  ])
  func progressIsTold(target: TNGEncoder.Target, told count: Int, of steps: Int) throws {
    let told = Mutex<[Double]>([])
    var options = TNGEncoder.Options(
      target: target, tuning: .psnr, effort: Effort(level: 2)!, graphics: .never, threads: 2)
    options.progress = { share in told.withLock { $0.append(share) } }
    let picture = testPicture(width: 1030, height: 20)
    let file = try TNGEncoder(options: options).encode(picture)
    let shares = told.withLock { $0 }.sorted()
    #expect(shares == (0..<count).map { Double($0 + 1) / Double(steps) })
    options.progress = nil
    #expect(try TNGEncoder(options: options).encode(picture) == file)
  }

  /// Tiles are refined apart; the file is the same, whoever refines them.
  @Test func filesOfSeveralTilesDoNotDependOnThreads() throws {
    let picture = testPicture(width: 1100, height: 40)
    let files = try [1, 2, 3].map { threads in
      try TNGEncoder(
        options: .init(effort: Effort(level: 2)!, graphics: .never, threads: threads)
      ).encode(picture)
    }
    #expect(Set(files).count == 1)
  }

  @Test(arguments: [1, 3])
  func filesDoNotDependOnTheInstructionSet(effort: Int) throws {
    let picture = testPicture(width: 70, height: 50, format: .gray)
    let options = TNGEncoder.Options(effort: Effort(level: effort)!, graphics: .never)
    let files = try Kernels.all.map { kernels in
      try TNGEncoder(options: options, kernels: kernels).encode(picture)
    }
    #expect(Set(files).count == 1)
  }
}
