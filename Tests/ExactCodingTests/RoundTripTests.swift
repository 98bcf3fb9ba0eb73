import ExactCoding
import TestSupport
import Testing

@Suite struct RoundTripTests {
  private func expectRoundTrip(_ tile: ExactTile, _ comment: Comment) throws {
    let stream = tile.encoded()
    for value in [0, 1] as [UInt16] {
      var decoded = tile.blank(value)
      try decoded.decode(stream, range: stream.indices)
      #expect(decoded == tile, comment)
    }
  }

  @Test(arguments: PictureKind.allCases)
  func samplesOfEveryDepthComeBack(kind: PictureKind) throws {
    for depth in 1...16 {
      for planes in 1...4 {
        let shape = ExactTileShape(width: 70, height: 41, planes: planes, depth: depth)
        try expectRoundTrip(kind.tile(shape), "depth \(depth), \(planes) planes")
      }
    }
  }

  @Test(arguments: PictureKind.allCases)
  func tilesOfEverySizeComeBack(kind: PictureKind) throws {
    let sizes = [
      (1, 1), (1, 2), (2, 1), (1, 300), (300, 1), (3, 5), (15, 17), (16, 16), (17, 15), (1024, 2),
      (2, 1024), (129, 127),
    ]
    for (width, height) in sizes {
      for planes in [1, 3] {
        let shape = ExactTileShape(width: width, height: height, planes: planes, depth: 8)
        try expectRoundTrip(kind.tile(shape), "\(width)×\(height), \(planes) planes")
      }
    }
  }

  @Test(arguments: PictureKind.allCases)
  func codedBlocksComeBackAndOthersStay(kind: PictureKind) throws {
    var generator = SeededGenerator(seed: 5)
    for (width, height) in [(33, 47), (128, 100), (16, 200), (7, 9)] {
      let count = (width + 15) / 16 * ((height + 15) / 16)
      for share in 0...4 {
        let blocks = (0..<count).map { _ in Int.random(in: 0..<4, using: &generator) < share }
        let shape = ExactTileShape(
          width: width, height: height, planes: 3, depth: 8, codedBlocks: blocks)
        let tile = kind.tile(shape)
        try expectRoundTrip(tile, "\(width)×\(height), \(share) of 4 blocks")
        let others = zip(tile.samples, shape.isCoded).map { $1 ? $0 : 255 - $0 }
        #expect(ExactTile(shape: shape, samples: others).encoded() == tile.encoded())
      }
    }
  }

  @Test func aLargeTileComesBack() throws {
    let shape = ExactTileShape(width: 1024, height: 1024, planes: 3, depth: 8)
    try expectRoundTrip(PictureKind.screenshot.tile(shape), "1024×1024")
  }
}
