import ImageFiles
import PictureMetrics
import Pixels
import TNG
import Testing

@Suite("Writing picture files")
struct ImageWriterTests {
  private func roundTrip(_ picture: Picture, _ format: ImageFileFormat) throws -> Picture {
    try ImageReader().read(ImageWriter(format: format).write(picture))
  }

  @Test(
    "A lossless format gives back every sample",
    arguments: ImageFileFormat.allCases.filter(\.isLossless), PixelFormat.allCases)
  func losslessRoundTrip(format: ImageFileFormat, samples: PixelFormat) throws {
    let picture = Picture(pixels: .pattern(width: 37, height: 21, format: samples))
    if ImageWriter(format: format).losses(of: picture).contains(.alpha) { return }
    let copy = try roundTrip(picture, format)
    #expect(copy.pixels == (format == .webp ? picture.pixels.colored : picture.pixels))
  }

  @Test(
    "Samples of 16 bits stay so, and are converted to sRGB so, where the format holds them",
    arguments: ImageFileFormat.allCases, PixelFormat.allCases)
  func sixteenBits(format: ImageFileFormat, samples: PixelFormat) throws {
    let pattern = PixelBuffer.pattern(width: 37, height: 21, format: samples)
    let deep = pattern.converted(toDepth: 16).wideSamples.enumerated().map { index, sample in
      sample == .max ? sample : sample &- sample % 5 &+ UInt16(index % 5)
    }
    let picture = Picture(
      pixels: PixelBuffer(width: 37, height: 21, format: samples, depth: 16, wideSamples: deep))
    let losses = ImageWriter(format: format).losses(of: picture)
    let isHeld: Set<ImageFileFormat> = [.png, .tiff, .jxl, .jp2, .ppm]
    #expect(losses.contains(.depth) != isHeld.contains(format))
    let file = try ImageWriter(format: format).write(picture)
    let copy = try ImageReader(keepsDepth: true).read(file).pixels
    #expect(copy.depth == (isHeld.contains(format) ? 16 : 8))
    if losses.contains(.alpha) || !format.isLossless { return }
    #expect(
      copy == (format == .webp ? picture.pixels.converted(toDepth: 8).colored : picture.pixels))
  }

  @Test(
    "A lossy format comes close",
    arguments: ImageFileFormat.allCases.filter { !$0.isLossless }, [PixelFormat.gray, .rgb])
  func lossyRoundTrip(format: ImageFileFormat, samples: PixelFormat) throws {
    let picture = Picture(pixels: .pattern(width: 64, height: 40, format: samples))
    let copy = try roundTrip(picture, format)
    #expect(try psnr(of: copy.pixels.colored, against: picture.pixels.colored) > 30)
  }

  @Test(
    "A lower quality gives a smaller and coarser file",
    arguments: [ImageFileFormat.jpeg, .webp, .heic, .avif, .jxl])
  func quality(format: ImageFileFormat) throws {
    let picture = Picture(pixels: .pattern(width: 96, height: 64, format: .rgb))
    let files = try [20, 90].map { try ImageWriter(format: format, quality: $0).write(picture) }
    #expect(files[0].count < files[1].count)
    let errors = try files.map {
      try psnr(of: ImageReader().read($0).pixels, against: picture.pixels)
    }
    #expect(errors[0] < errors[1] && errors[1].isFinite)
  }

  @Test(
    "A picture is shrunk with its shape kept, and never made larger",
    arguments: PixelFormat.allCases)
  func shrinking(format: PixelFormat) throws {
    let picture = PixelBuffer.pattern(width: 90, height: 60, format: format)
    let small = try picture.shrunk(toWidth: 30)
    #expect((small.width, small.height, small.format) == (30, 20, format))
    #expect(try picture.shrunk(toWidth: 90) == picture)
    let thin = try PixelBuffer.pattern(width: 200, height: 1, format: format).shrunk(toWidth: 2)
    #expect((thin.width, thin.height) == (2, 1))
    let color = [UInt8]([200, 100, 50, 128].suffix(format.channels))
    let flat = try PixelBuffer.flat(width: 64, height: 64, color, format: format).shrunk(toWidth: 7)
    let expected = PixelBuffer.flat(width: 7, height: 7, color, format: format)
    #expect(zip(flat.samples, expected.samples).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
  }

  @Test("Alpha is kept by HEIC and AVIF", arguments: [ImageFileFormat.heic, .avif])
  func alpha(format: ImageFileFormat) throws {
    let picture = Picture(pixels: .flat(width: 64, height: 64, [200, 100, 50, 128], format: .rgba))
    let copy = try roundTrip(picture, format)
    #expect(copy.pixels.format == .rgba)
    #expect(
      zip(copy.pixels.samples, picture.pixels.samples).allSatisfy { abs(Int($0) - Int($1)) < 8 })
  }

  @Test(
    "A format without alpha blends over white and says so", arguments: [ImageFileFormat.jpeg, .ppm])
  func flattening(format: ImageFileFormat) throws {
    let transparent = Picture(pixels: .flat(width: 8, height: 8, [0, 0, 0, 0], format: .rgba))
    #expect(ImageWriter(format: format).losses(of: transparent) == [.alpha])
    #expect(
      try roundTrip(transparent, format).pixels
        == .flat(width: 8, height: 8, [255, 255, 255], format: .rgb))
    let gray = Picture(pixels: .flat(width: 8, height: 8, [55, 0], format: .grayAlpha))
    #expect(try roundTrip(gray, format).pixels == .flat(width: 8, height: 8, [255], format: .gray))
  }

  @Test("Metadata is kept unless it is announced as lost", arguments: ImageFileFormat.allCases)
  func metadata(format: ImageFileFormat) throws {
    let metadata = Metadata(
      iccProfile: try pictureFile("srgb.icc"),
      exif: exifBlock(orientation: 1, isBigEndian: false), xmp: xmpPacket(orientation: 1))
    let picture = Picture(pixels: .pattern(width: 32, height: 32, format: .rgb), metadata: metadata)
    let losses = ImageWriter(format: format).losses(of: picture)
    let copy = try roundTrip(picture, format).metadata
    #expect(copy.xmp == (losses.contains(.xmp) ? nil : metadata.xmp))
    if format == .tiff {
      // TIFF keeps what it means, with its own resolution beside it.
      #expect(copy.exif?.firstRange(of: Array("Tng\0".utf8)) != nil)
    } else {
      #expect(copy.exif == (losses.contains(.exif) ? nil : metadata.exif))
    }
    #expect(copy.iccProfile == (losses.contains(.iccProfile) ? nil : metadata.iccProfile))
  }

  @Test("Without metadata none is made up", arguments: ImageFileFormat.allCases)
  func noMetadata(format: ImageFileFormat) throws {
    let picture = Picture(pixels: .pattern(width: 32, height: 32, format: .rgb))
    let copy = try roundTrip(picture, format)
    #expect(copy.metadata == Metadata())
  }

  @Test(
    "A size that a format does not take is an error",
    arguments: [ImageFileFormat.jpeg, .webp, .heic, .avif])
  func tooLarge(format: ImageFileFormat) throws {
    let wide = Picture(pixels: .flat(width: 70000, height: 2, [9, 99, 9], format: .rgb))
    let error = #expect(throws: ImageFileError.self) { try ImageWriter(format: format).write(wide) }
    guard case .notWritten = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("A picture of one pixel is taken by all formats", arguments: ImageFileFormat.allCases)
  func onePixel(format: ImageFileFormat) throws {
    for samples in [PixelFormat.gray, .rgb] {
      let pixel = PixelBuffer.pattern(width: 1, height: 1, format: samples)
      let copy = try roundTrip(Picture(pixels: pixel), format).pixels
      #expect((copy.width, copy.height) == (1, 1))
    }
  }

  @Test(
    "EXIF alone, and XMP alone, are kept byte for byte",
    arguments: [ImageFileFormat.png, .jpeg, .webp, .jxl, .jp2, .heic, .avif])
  func oneBlock(format: ImageFileFormat) throws {
    let pixels = PixelBuffer.pattern(width: 32, height: 32, format: .rgb)
    for metadata in [
      Metadata(exif: exifBlock(orientation: 1, isBigEndian: true)),
      Metadata(xmp: xmpPacket(orientation: 1)),
    ] {
      let copy = try roundTrip(Picture(pixels: pixels, metadata: metadata), format)
      #expect(copy.metadata.exif == metadata.exif)
      #expect(copy.metadata.xmp == metadata.xmp)
    }
  }

  @Test("A block too large for a JPEG segment is announced as lost")
  func largeBlocks() throws {
    let header = exifBlock(orientation: 1, isBigEndian: false)
    let writer = ImageWriter(format: .jpeg)
    for (count, isLost) in [(65527, false), (65528, true)] {
      let exif = header + [UInt8](repeating: 7, count: count - header.count)
      let picture = Picture(
        pixels: .flat(width: 8, height: 8, [1], format: .gray), metadata: Metadata(exif: exif))
      #expect(writer.losses(of: picture) == (isLost ? [.exif] : []))
      #expect(try roundTrip(picture, .jpeg).metadata.exif == (isLost ? nil : exif))
    }
  }

  @Test(
    "Colours of invisible pixels are kept by formats without loss, or it is said that they are not")
  func hiddenColors() throws {
    let picture = Picture(
      pixels: PixelBuffer(
        width: 2, height: 1, format: .rgba, samples: [9, 8, 7, 0, 1, 2, 3, 255]))
    for format in [ImageFileFormat.png, .webp, .tiff, .jxl, .jp2] {
      let writer = ImageWriter(format: format)
      let copy = try ImageReader().read(writer.write(picture))
      #expect((copy.pixels == picture.pixels) != writer.losses(of: picture).contains(.hiddenColors))
    }
    let lossy = ImageWriter(format: .webp, quality: 80)
    #expect(!lossy.losses(of: picture).contains(.hiddenColors))
  }
}
