import ExactCoding
import Testing

/// What streams are, and what they cost. A change of the coded form changes Format-exact.md too.
@Suite struct CodedFormTests {
  /// FNV-1a, 64 bits.
  private func checksum(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  private struct Pinned: Sendable {
    let kind: PictureKind
    let planes: Int
    let depth: Int
    let checksum: UInt64
  }

  private static let pinned: [Pinned] = [
    Pinned(kind: .constant, planes: 3, depth: 8, checksum: 0xD5AA_7A70_6565_8673),
    Pinned(kind: .noise, planes: 3, depth: 8, checksum: 0x1FF3_4975_4CF2_F88C),
    Pinned(kind: .gradient, planes: 1, depth: 16, checksum: 0xF179_C0E6_8C64_A8A5),
    Pinned(kind: .screenshot, planes: 3, depth: 8, checksum: 0x71E8_D8A7_DAF5_AF3D),
    Pinned(kind: .screenshot, planes: 2, depth: 1, checksum: 0x87D4_C2AA_7CA0_ED8F),
    Pinned(kind: .photograph, planes: 4, depth: 8, checksum: 0x5F3D_B526_53BD_2F4B),
    Pinned(kind: .photograph, planes: 3, depth: 12, checksum: 0x62A7_8C67_5144_8F03),
    Pinned(kind: .stripes, planes: 1, depth: 8, checksum: 0x3E4E_150C_C13A_95D6),
    Pinned(kind: .fewColours, planes: 4, depth: 16, checksum: 0xFF5F_7983_6E53_7FC0),
  ]

  @Test(arguments: pinned.indices)
  func streamsAreAsBefore(index: Int) {
    let pinned = Self.pinned[index]
    let shape = ExactTileShape(
      width: 200, height: 120, planes: pinned.planes, depth: pinned.depth)
    let stream = pinned.kind.tile(shape).encoded()
    #expect(checksum(stream) == pinned.checksum, "\(stream.count) bytes")
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
