import Pixels
import TNG
import Testing

@testable import ImageFiles

@Suite("The orientation in carried metadata")
struct OrientationTests {
  @Test("An EXIF orientation becomes 1 and nothing else changes", arguments: [false, true])
  func exifOrientationBecomesUpright(isBigEndian: Bool) {
    for orientation: UInt16 in 1...8 {
      var metadata = Metadata(exif: exifBlock(orientation: orientation, isBigEndian: isBigEndian))
      metadata.setUpright()
      #expect(metadata.exif == exifBlock(orientation: 1, isBigEndian: isBigEndian))
    }
  }

  @Test("An orientation stored as a 32-bit number becomes a 16-bit 1", arguments: [false, true])
  func longOrientation(isBigEndian: Bool) {
    var block = exifBlock(orientation: 6, isBigEndian: isBigEndian)
    let entry = 8 + 2 + 12
    block[entry + (isBigEndian ? 3 : 2)] = 4
    block.replaceSubrange(entry + 8..<entry + 12, with: isBigEndian ? [0, 0, 0, 6] : [6, 0, 0, 0])
    var metadata = Metadata(exif: block)
    metadata.setUpright()
    #expect(metadata.exif == exifBlock(orientation: 1, isBigEndian: isBigEndian))
  }

  @Test("A block without an orientation stays as it is")
  func noOrientation() {
    var metadata = Metadata(exif: exifBlock(orientation: nil, isBigEndian: false))
    let before = metadata
    metadata.setUpright()
    #expect(metadata == before)
  }

  @Test("A block cut anywhere keeps its length, and its bytes before the orientation")
  func cutBlocks() {
    let whole = exifBlock(orientation: 6, isBigEndian: true)
    for length in 0..<whole.count {
      var metadata = Metadata(exif: Array(whole.prefix(length)))
      metadata.setUpright()
      #expect(metadata.exif?.count == length)
      #expect(metadata.exif?.prefix(22) == whole.prefix(length).prefix(22))
    }
  }

  @Test(
    "A directory that points beyond the block changes nothing", arguments: [0, 4, 30, 0xFFFF_FFFF])
  func wildDirectory(offset: Int) {
    var block = exifBlock(orientation: 6, isBigEndian: false)
    block.replaceSubrange(
      4..<8, with: (0..<4).map { UInt8(truncatingIfNeeded: offset >> (8 * $0)) })
    var metadata = Metadata(exif: block)
    metadata.setUpright()
    #expect(metadata.exif == block)
  }

  @Test("An XMP orientation becomes 1, as an attribute and as an element")
  func xmpOrientation() {
    var metadata = Metadata(xmp: xmpPacket(orientation: 8))
    metadata.setUpright()
    #expect(metadata.xmp == xmpPacket(orientation: 1))

    metadata = Metadata(xmp: Array("<tiff:Orientation>3</tiff:Orientation>".utf8))
    metadata.setUpright()
    #expect(metadata.xmp == Array("<tiff:Orientation>1</tiff:Orientation>".utf8))
  }

  @Test("A large packet of nothing but orientations is changed all through, in a moment")
  func manyXMPOrientations() {
    let packets = [8, 1].map { digit in
      Array(repeatElement("<tiff:Orientation> \(digit)", count: 300_000).joined().utf8)
    }
    var metadata = Metadata(xmp: packets[0])
    metadata.setUpright()
    #expect(metadata.xmp == packets[1])
  }

  @Test("A packet that ends at the name stays as it is")
  func xmpCutAtName() {
    let text = Array("tiff:Orientation=\"".utf8)
    var metadata = Metadata(xmp: text)
    metadata.setUpright()
    #expect(metadata.xmp == text)
  }
}
