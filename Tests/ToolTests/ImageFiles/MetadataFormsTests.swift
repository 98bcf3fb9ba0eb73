import Pixels
import Testing

@testable import ImageFiles

@Suite("EXIF and XMP in the forms of other writers")
struct MetadataFormsTests {
  private func read(_ name: String) throws -> (metadata: Metadata, warnings: [ImageWarning]) {
    var warnings: [ImageWarning] = []
    let picture = try ImageReader().read(pictureFile(name)) { warnings.append($0) }
    return (picture.metadata, warnings)
  }

  private func holds(_ block: [UInt8]?, _ text: String) -> Bool {
    block?.firstRange(of: Array(text.utf8)) != nil
  }

  @Test("Boxes of JPEG XL that brotli compressed")
  func compressedBoxes() throws {
    let metadata = try read("compressed-metadata.jxl").metadata
    #expect(metadata.exif?.starts(with: "II".utf8) == true || holds(metadata.exif, "MM"))
    #expect(holds(metadata.exif, "Acme"))
    #expect(holds(metadata.xmp, "<x:xmpmeta"))
  }

  @Test("The directories of a TIFF file", arguments: ["exif.tiff", "exif-big.tiff"])
  func tiffDirectories(name: String) throws {
    let block = try #require(try read(name).metadata.exif)
    let file = try #require(TIFFFile(block))
    let directory = try #require(file.directories.first)
    #expect(directory[0x010F]?.bytes.elementsEqual("Tng\0".utf8) == true)
    #expect(directory[256] == nil && directory[273] == nil)
    let exif = try #require(file.directory(of: directory[0x8769]))
    #expect(exif[0x9003]?.bytes.elementsEqual("2020:01:02 03:04:05\0".utf8) == true)
    let gps = try #require(file.directory(of: directory[0x8825]))
    #expect(gps[1]?.bytes.elementsEqual("N\0".utf8) == true)
  }

  @Test("The text of ImageMagick in PNG")
  func rawProfile() throws {
    #expect(
      try read("raw-exif.png").metadata.exif == exifBlock(orientation: nil, isBigEndian: false))
  }

  @Test("XMP of JPEG in several segments, in any order, becomes one packet")
  func extendedXMP() throws {
    let packet = try #require(try read("extended-xmp.jpg").metadata.xmp)
    #expect(holds(packet, "xmp:Label=\"red\""))
    #expect(holds(packet, "dc:format=\"xxx"))
    #expect(holds(packet, "xmlns:dc="))
    #expect(!holds(packet, "HasExtendedXMP"))
    #expect(packet.starts(with: "<?xpacket".utf8))
  }

  @Test("A gain map that is left out is no longer announced")
  func gainMap() throws {
    let (metadata, warnings) = try read("ultra-hdr.jpg")
    #expect(warnings == [.leftOut("A gain map")])
    // It said nothing else.
    #expect(metadata.xmp == nil)
  }

  @Test("What is left out of a file of several pictures is said")
  func pages() throws {
    for (name, count) in [
      ("animated.png", 3), ("animated.gif", 3), ("animated.webp", 2), ("two-pages.tiff", 2),
    ] {
      #expect(try read(name).warnings == [.pages(count)], "\(name)")
    }
  }

  @Test("An animation whose first frame cannot be had is an error, not another frame")
  func lastFrame() throws {
    do {
      let picture = try ImageReader().read(pictureFile("animated.jxl"))
      #expect(picture.pixels.samples.prefix(3) == [255, 0, 0])
    } catch ImageFileError.unsupported {}
  }

  @Test("A sequence without a picture is an error that says so")
  func sequence() throws {
    do {
      let picture = try ImageReader().read(pictureFile("sequence.avif"))
      #expect(picture.pixels.samples[0] > 240)
    } catch ImageFileError.unsupported(let reason) {
      #expect(reason.contains("sequence"))
    }
  }

  @Test("An XMP packet too large for a segment of JPEG is written in several, and read as it was")
  func largeXMP() throws {
    let text = String(repeating: "long ", count: 30000)
    let xmp = Array(
      String(decoding: xmpPacket(orientation: 1), as: UTF8.self)
        .replacing("<rdf:Description ", with: "<rdf:Description xmlns:a=\"b\" a:c=\"\(text)\" ")
        .utf8)
    let picture = Picture(
      pixels: .flat(width: 8, height: 8, [1], format: .gray), metadata: Metadata(xmp: xmp))
    #expect(ImageWriter(format: .jpeg).losses(of: picture).isEmpty)
    let file = try ImageWriter(format: .jpeg).write(picture)
    #expect(holds(file, "xmpNote:HasExtendedXMP"))
    #expect(try ImageReader().read(file).metadata == picture.metadata)
  }

  @Test("XMP that begins with a packet header is read", arguments: ImageFileFormat.allCases)
  func packetHeader(format: ImageFileFormat) throws {
    guard format != .ppm else { return }
    let header = "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
    let xmp = Array(header.utf8) + xmpPacket(orientation: 1) + Array("<?xpacket end=\"w\"?>".utf8)
    let picture = Picture(
      pixels: .pattern(width: 16, height: 16, format: .rgb), metadata: Metadata(xmp: xmp))
    let file = try ImageWriter(format: format).write(picture)
    #expect(try ImageReader().read(file).metadata == picture.metadata)
  }

  @Test("EXIF of either byte order is put into a TIFF file", arguments: [false, true])
  func exifIntoTIFF(isBigEndian: Bool) throws {
    let block = exifBlock(orientation: 1, isBigEndian: isBigEndian)
    let picture = Picture(
      pixels: .pattern(width: 9, height: 9, format: .rgb), metadata: Metadata(exif: block))
    let file = try ImageWriter(format: .tiff).write(picture)
    let copy = try ImageReader().read(file)
    #expect(copy.pixels == picture.pixels)
    let directory = try #require(copy.metadata.exif.flatMap(TIFFFile.init)?.directories.first)
    #expect(directory[0x010F]?.bytes.elementsEqual("Tng\0".utf8) == true)
  }

  @Test("Files cut anywhere, or with bytes changed, are looked into without harm")
  func damaged() throws {
    // A fixed sequence, so that a failure can be found again.
    var random = LinearCongruentialGenerator(state: 7)
    for (name, loader) in [
      ("premultiplied.avif", "Heif"), ("nclx-p3.avif", "Heif"), ("sycc.jp2", "Jp2k"),
      ("exif.tiff", "Tiff"), ("exif-big.tiff", "Tiff"), ("extended-xmp.jpg", "Jpeg"),
      ("adobe-rgb-by-exif.jpg", "Jpeg"), ("ultra-hdr.jpg", "Jpeg"),
      ("compressed-metadata.jxl", "Jxl"), ("animated.jxl", "Jxl"), ("raw-exif.png", "Png"),
      ("chrm-srgb.png", "Png"), ("d65-profile.png", "Png"), ("comment.gif", "Nsgif"),
    ] {
      let whole = try pictureFile(name)
      for _ in 0..<200 {
        var file = whole
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          let place = Int.random(in: 0..<min(file.count, 1200), using: &random)
          file[place] = [0, 1, 0x7F, 0x80, 0xFF, .random(in: 0...255, using: &random)]
            .randomElement(using: &random)!
        }
        if Bool.random(using: &random) {
          file.removeLast(.random(in: 0..<file.count, using: &random))
        }
        let facts = ContainerFacts(file, loader: "VipsForeignLoad" + loader)
        if let color = facts.color { _ = ICCProfile(color, isGray: false) }
        _ = facts.metadata.exif.flatMap(ExifTree.init(block:))?.block
        _ = HEIFFile(file: file)?.replacingExif(with: whole)
        _ = HEIFFile(file: file)?.replacingExif(with: nil)
        _ = ExifTree(block: exifBlock(orientation: 1, isBigEndian: true))?.inserted(into: file)
        _ = CutFile(file, loader: "VipsForeignLoad" + loader)
        _ = PNGFile(file: file)?.mended
      }
    }
  }

  @Test("Text of PNG becomes XMP where that has a property for it, and is missed where not")
  func textOfPNG() throws {
    let (metadata, warnings) = try read("text.png")
    #expect(holds(metadata.xmp, ">Lock &amp; key &lt;1&gt;</rdf:li>"))
    #expect(holds(metadata.xmp, "<dc:creator><rdf:Seq><rdf:li>Zoë</rdf:li>"))
    #expect(holds(metadata.xmp, ">© me</rdf:li>"))
    #expect(warnings == [.leftOut("Text (parameters)")])
  }

  @Test("Comments of JPEG and GIF are missed, but for what programs say of themselves")
  func comments() throws {
    let jpeg = try pictureFile("density.jpg")
    let gif = try pictureFile("comment.gif")
    let place = try #require(gif.firstRange(of: Array("\u{9}Any words".utf8)))
    func warnings(_ comment: String) throws -> [[ImageWarning]] {
      let bytes = Array(comment.utf8)
      let segment: [UInt8] = [0xFF, 0xFE] + UInt16(bytes.count + 2).bigEndianBytes + bytes
      let block: [UInt8] = [UInt8(bytes.count)] + bytes
      var files = [jpeg, gif]
      files[0].insert(contentsOf: segment, at: 2)
      files[1].replaceSubrange(place, with: block)
      return try files.map { file in
        var warnings: [ImageWarning] = []
        _ = try ImageReader().read(file) { warnings.append($0) }
        return warnings
      }
    }
    let missed = [ImageWarning.leftOut("Text (Comment)")]
    #expect(try warnings("In the garden, with Lavc") == [missed, missed])
    #expect(try warnings("Lavc59.37.100") == [[], []])
    #expect(try warnings("  ") == [[], []])
  }

  @Test(
    "A resolution goes by EXIF, into every format that has a place for one",
    arguments: [
      ("text.png", 300), ("density.jpg", 240),
    ])
  func resolution(name: String, inches: Double) throws {
    let picture = try ImageReader().read(pictureFile(name))
    let resolution = try #require(picture.metadata.resolution)
    #expect(abs(resolution.horizontal * 25.4 - inches) < 1e-9)
    #expect(abs(resolution.vertical * 25.4 - inches) < 1e-9)
    for format in [ImageFileFormat.png, .jpeg, .tiff] {
      var plain = picture
      let file = try ImageWriter(format: format).write(plain)
      #expect(try ImageReader().read(file).metadata.resolution == resolution)
      // Not only in EXIF: of a file without it, the header is read.
      guard format != .tiff else { continue }
      let own = try withLibvips(failure: ImageFileError.damaged) {
        file.withUnsafeBytes { LibvipsImage(opening: $0)?.resolution }
      }
      #expect(abs(own.horizontal * 25.4 - inches) < 0.6)
      plain.metadata = Metadata()
      let without = try ImageReader().read(ImageWriter(format: format).write(plain))
      #expect(without.metadata == Metadata())
    }
  }

  @Test("A resolution of a centimetre's fraction comes through, in both byte orders")
  func fractionsOfResolution() throws {
    let resolution = Resolution(horizontal: 5.669, vertical: 11.8)
    for isBigEndian in [false, true] {
      let block = exifBlock(orientation: 1, isBigEndian: isBigEndian)
      let changed = try #require(ExifTree(block: block)?.adding(resolution).block)
      let read = try #require(ExifTree(block: changed)?.resolution)
      #expect(abs(read.horizontal - 5.669) < 1e-9 && abs(read.vertical - 11.8) < 1e-9)
    }
    #expect(ExifTree(block: exifBlock(orientation: 1, isBigEndian: true))?.resolution == nil)
  }
}

private struct LinearCongruentialGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    // Knuth's MMIX; the upper half is the better one.
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let high = state >> 32
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return high << 32 | state >> 32
  }
}
