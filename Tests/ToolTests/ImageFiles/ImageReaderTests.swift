import Pixels
import Testing

@testable import ImageFiles

@Suite("Reading picture files")
struct ImageReaderTests {
  private func pixels(_ name: String) throws -> PixelBuffer {
    try ImageReader().read(pictureFile(name)).pixels
  }

  @Test("A picture turned by any EXIF orientation is read upright and says so", arguments: 1...8)
  func orientation(_ orientation: Int) throws {
    let picture = try ImageReader().read(pictureFile("orientation\(orientation).png"))
    let upright: [UInt8] = [
      250, 10, 20, 30, 240, 40, 50, 60, 230,
      200, 210, 70, 80, 190, 200, 20, 20, 20,
    ]
    #expect(picture.pixels == PixelBuffer(width: 3, height: 2, format: .rgb, samples: upright))
    #expect(
      picture.metadata.exif
        == (try ImageReader().read(pictureFile("orientation1.png"))).metadata.exif)
  }

  @Test("Bits of a sample spread over 0 … 255")
  func fewBits() throws {
    #expect(try pixels("bilevel.png").samples == [0, 255, 0, 255])
    #expect(try pixels("gray2.png").samples == [0, 85, 170, 255])
  }

  @Test("A palette becomes its colours, with their transparency")
  func palette() throws {
    #expect(try pixels("palette.png").samples == [0, 0, 255, 255, 0, 0, 0, 255, 0])
    let transparent = try pixels("palette-alpha.png")
    #expect(transparent.format == .rgba)
    #expect(transparent.samples == [0, 0, 255, 255, 255, 0, 0, 0, 0, 255, 0, 128])
    #expect(try pixels("rgb-transparent.png").samples == [1, 2, 3, 0, 4, 5, 6, 255])
  }

  @Test("16 bits become 8 by rounding to the nearest")
  func sixteenBits() throws {
    // 128 · 255 / 65535 = 0.498, 129 → 0.502, 32767 → 127.498, 65407 → 254.502.
    #expect(try pixels("gray16.png").samples == [0, 0, 1, 127, 255, 255])
    #expect(try pixels("rgba16.png").samples == [1, 2, 3, 4])
    #expect(try pixels("gray-alpha16.png") == pixels("gray-alpha.png"))
    #expect(try pixels("gray-alpha.png").format == .grayAlpha)
    let deep = try ImageReader(keepsDepth: true).read(pictureFile("gray16.png")).pixels
    #expect(try deep.depth == 16 && deep.converted(toDepth: 8) == pixels("gray16.png"))
  }

  @Test("A PPM file with a maximum of its own is scaled to it")
  func unusualMaximum() throws {
    let ppm = Array("P5 3 1 15\n".utf8) + [0, 7, 15]
    #expect(try ImageReader().read(ppm).pixels.samples == [0, 119, 255])
    let wide = Array("P5 3 1 1023\n".utf8) + [0, 0, 2, 0, 3, 255]
    #expect(try ImageReader().read(wide).pixels.samples == [0, 128, 255])
    let deep = try ImageReader(keepsDepth: true).read(wide).pixels
    #expect(deep.depth == 10 && deep.wideSamples == [0, 512, 1023])
  }

  @Test("CMYK becomes sRGB")
  func cmyk() throws {
    let picture = try ImageReader().read(pictureFile("cmyk.jpg"))
    #expect(picture.pixels.format == .rgb)
    #expect(picture.metadata.iccProfile == nil)
    let samples = picture.pixels.samples
    #expect(samples[0] < 60 && samples[1] > 120 && samples[2] > 180, "cyan above")
    #expect(samples.suffix(3).allSatisfy { $0 > 245 }, "white below")
  }

  @Test("CIE Lab becomes sRGB, as exactly as its 8 bits allow")
  func lab() throws {
    let samples = try pixels("lab.tiff").samples
    let expected: [UInt8] = [255, 255, 255, 200, 30, 40]
    #expect(samples.count == 6)
    #expect(samples.prefix(3) == expected.prefix(3))
    #expect(zip(samples, expected).allSatisfy { abs(Int($0) - Int($1)) <= 4 })
  }

  @Test("Linear light becomes sRGB")
  func linearLight() throws {
    #expect(try pixels("linear-float.tiff") == pixels("orientation1.png"))
  }

  @Test("A profile for other samples is dropped")
  func wrongProfile() throws {
    let picture = try ImageReader().read(pictureFile("gray-with-rgb-profile.jpg"))
    #expect(picture.pixels.format == .gray)
    #expect(picture.metadata.iccProfile == nil)
  }

  @Test(
    "Of several frames or pages the first is read", arguments: ["animated.webp", "two-pages.tiff"])
  func firstFrame(name: String) throws {
    #expect(try pixels(name) == .flat(width: 2, height: 2, [255, 0, 0], format: .rgb))
  }

  @Test(
    "Samples without a defined range are refused", arguments: ["float-gray.tiff", "int32.tiff"])
  func oddSamples(name: String) throws {
    let error = #expect(throws: ImageFileError.self) { try pixels(name) }
    guard case .unsupported = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("What is no picture, or of another format, is refused as that")
  func unknownFormat() throws {
    for file in [Array("hello, world".utf8), [0x8A, 0x54, 0x4E, 0x47, 1], [7]] {
      #expect(throws: ImageFileError.unknownFormat) { try ImageReader().read(file) }
    }
    let svg = Array("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>".utf8)
    #expect(throws: ImageFileError.unknownFormat) { try ImageReader().read(svg) }
  }

  @Test("An empty file is damaged")
  func emptyFile() {
    #expect(throws: ImageFileError.damaged("it is empty")) { try ImageReader().read([]) }
  }

  @Test("A cut file is damaged", arguments: [ImageFileFormat.png, .jpeg, .webp, .jxl, .ppm])
  func cutFile(format: ImageFileFormat) throws {
    let picture = Picture(pixels: .pattern(width: 64, height: 64, format: .rgb))
    let file = try ImageWriter(format: format).write(picture)
    let error = #expect(throws: ImageFileError.self) {
      try ImageReader().read(Array(file.prefix(file.count * 2 / 3)))
    }
    guard case .damaged = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("A picture beyond the limit is refused before it is decoded")
  func limit() throws {
    let file = Array("P5 100000 100000 255\n".utf8) + [0]
    let error = ImageFileError.tooLarge(width: 100_000, height: 100_000, limit: 268_435_456)
    #expect(throws: error) { try ImageReader().read(file) }
  }

  @Test("Threads that read good and bad files at once each get their own result")
  func manyThreads() async throws {
    let good = try pictureFile("gray16.png")
    let bad = try Array(pictureFile("cmyk.jpg").prefix(200))
    await withTaskGroup { group in
      for _ in 0..<30 {
        group.addTask {
          let picture = try? ImageReader().read(good)
          #expect(picture?.pixels.samples == [0, 0, 1, 127, 255, 255])
        }
        group.addTask {
          let error = #expect(throws: ImageFileError.self) { try ImageReader().read(bad) }
          #expect(
            error?.description.contains("Premature end") == true, "\(String(describing: error))")
        }
        group.addTask {
          #expect(throws: ImageFileError.unknownFormat) { try ImageReader().read([1, 2, 3]) }
        }
      }
    }
  }
}
