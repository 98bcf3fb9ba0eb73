import Testing

@testable import ImageFiles

@Suite("The boxes of a JPEG XL file")
struct JPEGXLFileTests {
  @Test("A bare codestream becomes a container, which reads back as itself")
  func bareCodestream() {
    var file = JPEGXLFile(file: [0xFF, 0x0A, 1, 2, 3])
    file.replaceExif(with: [9, 9])
    #expect(file.boxes.map(\.type) == ["ftyp", "Exif", "jxlc"])
    #expect(JPEGXLFile(file: file.file).boxes == file.boxes)
  }

  @Test("A box of length 0 reaches to the end of the file")
  func openBox() {
    let bare = JPEGXLFile(file: [0xFF, 0x0A, 7])
    var file = bare.file
    file[12 + 20 + 3] = 0
    #expect(JPEGXLFile(file: file).boxes == bare.boxes)
  }

  @Test("A box with a length of 64 bits is read")
  func longBox() {
    let bare = JPEGXLFile(file: [0xFF, 0x0A, 7])
    let length = bare.file.count - 11
    let header: [UInt8] = [0, 0, 0, 1] + Array("jxlc".utf8) + [0, 0, 0, 0, 0, 0, 0, 19]
    let long = Array(bare.file.prefix(length)) + header + [0xFF, 0x0A, 7]
    #expect(JPEGXLFile(file: long).boxes == bare.boxes)
  }

  @Test("A cut container gives its whole boxes")
  func cutContainer() {
    let file = JPEGXLFile(file: [0xFF, 0x0A, 7]).file
    for length in 12..<file.count {
      let boxes = JPEGXLFile(file: Array(file.prefix(length))).boxes
      #expect(boxes.map(\.type) == (length < 12 + 20 ? [] : ["ftyp"]))
    }
  }

  @Test("A length shorter than the box's own header ends the reading")
  func shortBox() {
    var file = JPEGXLFile(file: [0xFF, 0x0A, 7]).file
    file[12 + 20 + 3] = 7
    #expect(JPEGXLFile(file: file).boxes.map(\.type) == ["ftyp"])
  }

  @Test("The header tells of animation and premultiplied alpha")
  func header() throws {
    let animated = try #require(JPEGXLFile(file: pictureFile("animated.jxl")).header)
    #expect(animated.isAnimated && !animated.isPremultiplied)
    let still = try #require(JPEGXLFile(file: pictureFile("compressed-metadata.jxl")).header)
    #expect(!still.isAnimated && !still.isPremultiplied)
    // Bits, the lowest first: a small size of 8 rows in the ratio 1; a description that is not the
    // usual one, without extra fields, of 8 bits; one channel: alpha of 8 bits, multiplied.
    let bits =
      "1" + "00000" + "100" + "0" + "0" + "000" + "1" + "10" + "0" + "00" + "000" + "00" + "00"
      + "1"
    let bytes = stride(from: 0, to: bits.count, by: 8).map { start in
      bits.dropFirst(start).prefix(8).enumerated().reduce(UInt8(0)) {
        $0 | ($1.element == "1" ? 1 << $1.offset : 0)
      }
    }
    let header = try #require(JPEGXLHeader(codestream: [0xFF, 0x0A] + bytes[...]))
    #expect(header.isPremultiplied && !header.isAnimated)
    for count in 0..<bytes.count {
      _ = JPEGXLHeader(codestream: [0xFF, 0x0A] + bytes.prefix(count))
    }
  }
}
