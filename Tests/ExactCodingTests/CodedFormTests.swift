import ExactCoding
import Testing

/// What streams are, and what they cost. A change of the coded form changes Format-exact.md too.
@Suite struct CodedFormTests {
  /// FNV-1a, 64 bits.
  private func checksum(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  @Test(arguments: [
    (PictureKind.constant, 3, 8, 10_677_928_809_544_155_175 as UInt64),
    (.noise, 3, 8, 6_875_053_970_869_334_966),
  ])
  func streamsAreAsBefore(kind: PictureKind, planes: Int, depth: Int, expected: UInt64) {
    let shape = ExactTileShape(width: 200, height: 120, planes: planes, depth: depth)
    let stream = kind.tile(shape).encoded()
    #expect(checksum(stream) == expected, "\(stream.count) bytes")
  }

  @Test func aTileOfOneColourTakesAFewBytes() {
    let shape = ExactTileShape(width: 1024, height: 1024, planes: 3, depth: 8)
    #expect(PictureKind.constant.tile(shape).encoded().count <= 12)
  }

  @Test func whatIsNotCodedTakesNothing() {
    let shape = ExactTileShape(
      width: 64, height: 64, planes: 3, depth: 8, codedBlocks: Array(repeating: false, count: 16))
    #expect(PictureKind.noise.tile(shape).encoded().count <= 4)
  }

  @Test func noiseTakesLittleMoreThanItsBits() {
    for (planes, depth) in [(1, 8), (3, 8), (1, 16)] {
      let shape = ExactTileShape(width: 256, height: 256, planes: planes, depth: depth)
      let bits = PictureKind.noise.tile(shape).encoded().count * 8
      #expect(bits < shape.sampleCount * depth * 104 / 100)
    }
  }
}
