import ExactCoding
import TestSupport
import Testing

@Suite struct SimplificationTests {
  private let shape = ExactTileShape(
    width: 150, height: 100, planes: 3, depth: 8,
    codedBlocks: (0..<70).map { $0 % 9 != 4 })

  @Test(arguments: PictureKind.allCases)
  func samplesMoveWithinTheTolerance(kind: PictureKind) throws {
    let tile = kind.tile(shape)
    for most in [0, 1, 5, 20] {
      var simple = tile
      _ = simple.simplify(within: ExactTolerance(least: 1, slope: 64, most: most))
      for ((a, b), isCoded) in zip(zip(tile.samples, simple.samples), shape.isCoded) {
        #expect(abs(Int(a) - Int(b)) <= (isCoded ? most : 0))
      }
      #expect(simple.encoded().count <= tile.encoded().count + tile.encoded().count / 50)
      if most == 0 { #expect(simple == tile) }
    }
  }

  @Test func antialiasedLettersTakeLess() {
    let whole = ExactTileShape(width: 200, height: 120, planes: 3, depth: 8)
    let tile = PictureKind.screenshot.tile(whole)
    var generator = SeededGenerator(seed: 3)
    let rough = ExactTile(
      shape: whole,
      samples: tile.samples.map {
        UInt16(min(Int($0) + Int.random(in: 0..<3, using: &generator), 255))
      })
    var simple = rough
    _ = simple.simplify(within: ExactTolerance(least: 3, slope: 0, most: 3))
    #expect(simple.encoded().count * 2 < rough.encoded().count)
  }

  @Test(arguments: PictureKind.allCases)
  func costsAddUpToTheStream(kind: PictureKind) {
    var tile = kind.tile(shape)
    let stream = tile.encoded()
    let costs = tile.simplify(within: .none)
    let bytes = costs.reduce(0) { $0 + Int($1) } / 256 / 8
    // The palette and the end of the stream are not counted.
    #expect(bytes <= stream.count && stream.count <= bytes + 3200)
    for (cost, isCoded) in zip(costs, shape.codedBlocks!) where !isCoded { #expect(cost == 0) }
  }
}
