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
}
