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
      for (index, isCoded) in shape.isCoded.enumerated() {
        // A difference of red counts three quarters, one of blue half, rounded down.
        let limits = most == 0 ? [0, 0, 0] : [(4 * most + 3) / 3, most, 2 * most + 1]
        let difference = abs(Int(tile.samples[index]) - Int(simple.samples[index]))
        #expect(difference <= (isCoded ? limits[index % 3] : 0))
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

  /// An area of 200 beside one of 50, with a column between them that is rough.
  @Test func flatAreasBesideEdgesStay() {
    let whole = ExactTileShape(width: 40, height: 40, planes: 1, depth: 8)
    let tile = ExactTile(
      shape: whole,
      samples: (0..<1600).map { index in
        let (row, column) = index.quotientAndRemainder(dividingBy: 40)
        return column < 19 ? 200 : column > 19 ? 50 : UInt16(120 + row * 7 % 11)
      })
    var simple = tile
    _ = simple.simplify(within: ExactTolerance(least: 0, slope: 64, most: 32))
    for index in 0..<1600 where index % 40 != 19 {
      #expect(simple.samples[index] == tile.samples[index])
    }
    let edge = Set(stride(from: 19, to: 1600, by: 40).map { simple.samples[$0] })
    #expect(edge.count <= 2)
  }

  @Test func rareColoursBecomeFrequentOnes() {
    // Where edges cross, pixels of 16 colours, each at times by one off.
    let whole = ExactTileShape(width: 128, height: 128, planes: 3, depth: 8)
    var generator = SeededGenerator(seed: 5)
    let samples = (0..<128 * 128).flatMap { _ -> [UInt16] in
      let colour = Int.random(in: 0..<16, using: &generator)
      return [16 * colour, 250 - 16 * colour, 40].map {
        UInt16($0 + (Int.random(in: 0..<5, using: &generator) == 0 ? 1 : 0))
      }
    }
    let tile = ExactTile(shape: whole, samples: samples)
    var simple = tile
    _ = simple.simplify(within: ExactTolerance(least: 1, slope: 0, most: 1))
    #expect(simple.encoded().count * 10 < tile.encoded().count * 8)
  }

  @Test func noiseTakesLess() {
    let whole = ExactTileShape(width: 128, height: 128, planes: 3, depth: 8)
    var generator = SeededGenerator(seed: 7)
    let samples = (0..<whole.sampleCount).map { _ in UInt16.random(in: 0...255, using: &generator) }
    let tile = ExactTile(shape: whole, samples: samples)
    var simple = tile
    _ = simple.simplify(within: ExactTolerance(least: 8, slope: 0, most: 8))
    // A number within 17 has four zeros at its end.
    #expect(simple.encoded().count * 10 < tile.encoded().count * 7)
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
