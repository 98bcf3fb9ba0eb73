import Foundation
import ImageFiles
import PictureMetrics
import Pixels
import TNG
import Testing

@Suite("Pictures through the program")
struct PictureTests {
  let folder = try! TemporaryFolder()

  @Test("Any samples and any size come through", arguments: PixelFormat.allCases)
  func formats(format: PixelFormat) throws {
    for (width, height) in [(1, 1), (17, 1), (1, 33), (40, 25)] {
      try folder.write(.pattern(width: width, height: height, format: format), as: "a.png")
      #expect(try runTool("encode", "a.png", "--force", in: folder).status == 0)
      #expect(try runTool("decode", "a.tng", "b.png", "--force", in: folder).status == 0)
      let copy = try folder.readPicture("b.png").pixels
      #expect((copy.width, copy.height, copy.format) == (width, height, format))
    }
  }

  @Test("Alpha comes through without loss")
  func alpha() throws {
    let original = PixelBuffer.pattern(width: 40, height: 25, format: .rgba)
    try folder.write(original, as: "a.png")
    try runTool("encode", "a.png", in: folder)
    try runTool("decode", "a.tng", "b.png", in: folder)
    let copy = try folder.readPicture("b.png").pixels
    let alphas = { (pixels: PixelBuffer) in
      stride(from: 3, to: pixels.samples.count, by: 4).map { pixels.samples[$0] }
    }
    #expect(alphas(copy) == alphas(original))
  }

  @Test("Metadata comes through, and the picture upright")
  func metadata() throws {
    let metadata = Metadata(
      iccProfile: try pictureFile("srgb.icc"), exif: exifBlock(orientation: 6, isBigEndian: true),
      xmp: xmpPacket(orientation: 6))
    let pixels = PixelBuffer.pattern(width: 64, height: 32, format: .rgb)
    try folder.write(Picture(pixels: pixels, metadata: metadata), as: "a.jpg")
    #expect(try runTool("encode", "a.jpg", in: folder).status == 0)
    #expect(try runTool("decode", "a.tng", "b.jpg", in: folder).status == 0)
    let copy = try folder.readPicture("b.jpg")
    #expect((copy.pixels.width, copy.pixels.height) == (32, 64))
    #expect(copy.metadata.iccProfile == metadata.iccProfile)
    #expect(copy.metadata.exif == exifBlock(orientation: 1, isBigEndian: true))
    #expect(copy.metadata.xmp == xmpPacket(orientation: 1))
  }

  @Test("What an input loses is said, and with --strict refused")
  func warnings() throws {
    try folder.write(pictureFile("unspecified-extra.tiff"), as: "a.tiff")
    let message = "Samples whose meaning the file does not tell are left out of each pixel."
    let refused = try runTool("encode", "a.tiff", "--strict", in: folder)
    #expect(refused.status == 1)
    #expect(refused.messages == "tng: a.tiff: \(message) --strict refuses it.\n")
    #expect(try folder.names == ["a.tiff"])
    let run = try runTool("encode", "a.tiff", in: folder)
    #expect(run.status == 0)
    #expect(run.messages == "tng: a.tiff: Warning: \(message)\n")
  }

  @Test("What a format cannot keep is said")
  func losses() throws {
    let metadata = Metadata(xmp: xmpPacket(orientation: 1))
    let pixels = PixelBuffer.pattern(width: 9, height: 9, format: .grayAlpha)
    try folder.write(Picture(pixels: pixels, metadata: metadata), as: "a.png")
    try runTool("encode", "a.png", in: folder)
    let run = try runTool("decode", "a.tng", "b.ppm", in: folder)
    #expect(run.status == 0)
    #expect(
      run.messages == """
        tng: a.tng: Warning: PPM does not keep transparency, which is blended over white.
        tng: a.tng: Warning: PPM does not keep XMP metadata.

        """)
  }

  @Test("A target size is kept, and not by the level above")
  func targetSize() throws {
    let original = PixelBuffer.pattern(width: 160, height: 120, format: .rgb)
    try folder.write(original, as: "a.png")
    let limit = try encode(original, level: 30).count + 10
    #expect(try runTool("encode", "a.png", "--target-size", "\(limit)", in: folder).status == 0)
    let file = try folder.read("a.tng")
    #expect(file.count <= limit)
    #expect(try encode(original, level: level(of: file) + 1).count > limit)
  }

  @Test("A target size that cannot be kept is an error")
  func impossibleTargetSize() throws {
    try folder.write(.pattern(width: 160, height: 120, format: .rgb), as: "a.png")
    let run = try runTool("encode", "a.png", "--target-size", "30B", in: folder)
    #expect(run.status == 1)
    #expect(run.messages.hasPrefix("tng: a.png: The target cannot be met: "))
    #expect(try folder.names == ["a.png"])
  }

  @Test("Where coding without loss would meet a target, the error says so")
  func losslessMeetsTheTarget() throws {
    try folder.write(.flat(width: 400, height: 300, [1, 2, 3], format: .rgb), as: "flat.png")
    let small = try runTool("encode", "flat.png", "--target-size", "60", in: folder)
    #expect(small.status == 1 && small.messages.contains("more than 60. With --lossless it has "))
    try folder.write(.pattern(width: 40, height: 30, format: .rgb), as: "busy.png")
    for options in [["--target-psnr", "90"], ["--target-ssimulacra2", "100"]] {
      let run = try runTool("encode", "busy.png", options[0], options[1], in: folder)
      #expect(run.status == 1 && run.messages.hasSuffix(" --lossless keeps every sample.\n"))
    }
    let tiny = try runTool("encode", "busy.png", "--target-size", "40", in: folder)
    #expect(tiny.status == 1 && !tiny.messages.contains("--lossless"))
  }

  @Test("A target PSNR is reached, and not by the level below")
  func targetPSNR() throws {
    let original = PixelBuffer.pattern(width: 160, height: 120, format: .rgb)
    try folder.write(original, as: "a.png")
    let target = try quality(of: encode(original, level: 30), original)
    #expect(try runTool("encode", "a.png", "--target-psnr", "\(target)", in: folder).status == 0)
    let file = try folder.read("a.tng")
    #expect(try quality(of: file, original) >= target)
    let below = try encode(original, level: max(level(of: file) - 1, 0))
    #expect(try quality(of: below, original) < target)
  }

  @Test("Tuning and effort change the file as the library does")
  func tuningAndEffort() throws {
    let original = PixelBuffer.pattern(width: 60, height: 40, format: .rgb)
    try folder.write(original, as: "a.png")
    #expect(
      try runTool("encode", "a.png", "--tune", "psnr", "--effort", "3", in: folder).status == 0)
    let options = TNGEncoder.Options(tuning: .psnr, effort: Effort(level: 3)!)
    #expect(
      try folder.read("a.tng") == TNGEncoder(options: options).encode(Picture(pixels: original)))
  }

  @Test("Without loss, every sample comes back, and what cannot be kept is refused")
  func lossless() throws {
    let original = PixelBuffer.pattern(width: 60, height: 40, format: .rgba)
    try folder.write(original, as: "a.png")
    #expect(try runTool("encode", "a.png", "--lossless", in: folder).status == 0)
    #expect(try runTool("decode", "a.tng", "b.png", in: folder).status == 0)
    #expect(try folder.readPicture("b.png").pixels == original)
    #expect(try runTool("info", "a.tng", in: folder).text.contains("lossless"))
    try folder.write(pictureFile("cmyk.jpg"), as: "cmyk.jpg")
    let refused = try runTool("encode", "cmyk.jpg", "--lossless", in: folder)
    #expect(refused.status == 1 && refused.messages.contains("CMYK"))
    let contradiction = try runTool("encode", "a.png", "--lossless", "--tune", "psnr", in: folder)
    #expect(contradiction.status == 64)
  }

  @Test("16 bits come back as 16 bits, and a format that has 8 says so")
  func sixteenBits() throws {
    for name in ["gray16", "gray-alpha16", "rgba16"] {
      let original = try ImageReader(keepsDepth: true).read(pictureFile("\(name).png")).pixels
      #expect(original.depth == 16)
      try folder.write(pictureFile("\(name).png"), as: "a.png")
      let run = try runTool("encode", "a.png", "--lossless", "--force", in: folder)
      #expect(run.status == 0 && run.messages.isEmpty)
      for output in ["b.png", "b.tiff"] {
        #expect(try runTool("decode", "a.tng", output, "--force", in: folder).messages.isEmpty)
        #expect(try ImageReader(keepsDepth: true).read(folder.read(output)).pixels == original)
      }
      let webp = try runTool("decode", "a.tng", "b.webp", "--force", in: folder)
      #expect(webp.status == 0 && webp.messages.contains("more than 8 bits"))
      #expect(try runTool("info", "a.tng", in: folder).text.contains("16 bits a sample"))
    }
  }

  private func encode(_ pixels: PixelBuffer, level: Int) throws -> [UInt8] {
    try TNGEncoder(options: .init(target: .level(level), tuning: .psnr))
      .encode(Picture(pixels: pixels))
  }

  private func level(of file: [UInt8]) throws -> Int {
    try #require(try TNGDecoder().readInfo(file).model).level
  }

  /// The PSNR of a file in decibels.
  private func quality(of file: [UInt8], _ original: PixelBuffer) throws -> Double {
    try psnr(of: TNGDecoder().decode(file).pixels, against: original)
  }

  @Test("Times are told as a line of JSON on standard error")
  func timing() throws {
    try folder.write(.pattern(width: 40, height: 30, format: .rgb), as: "a.png")
    for (verb, input, output) in [("encode", "a.png", "a.tng"), ("decode", "a.tng", "b.png")] {
      let run = try runTool(
        verb, input, output, "--timing", "json", "--threads", "2", in: folder)
      #expect(run.status == 0)
      let times = try #require(
        JSONSerialization.jsonObject(with: Data(run.messages.utf8)) as? [String: Any])
      #expect(times["file"] as? String == input && times["threads"] as? Int == 2)
      #expect(try #require(times["\(verb)_seconds"] as? Double) > 0)
      #expect(try #require(times["\(verb)_cpu_seconds"] as? Double) > 0)
    }
  }

  @Test("A cut file is an error, and with --partial a picture and a warning")
  func partial() throws {
    try folder.write(.pattern(width: 160, height: 120, format: .rgb), as: "a.png")
    try runTool("encode", "a.png", in: folder)
    let whole = try folder.read("a.tng")
    try folder.write(Array(whole.prefix(whole.count * 2 / 3)), as: "cut.tng")

    let refused = try runTool("decode", "cut.tng", in: folder)
    #expect(refused.status == 1)
    let length = whole.count * 2 / 3
    let cut = "The file is cut: it ends at byte \(length), before its picture does."
    let advice = "Get the file anew, or take what there is by decode --partial."
    #expect(refused.messages == "tng: cut.tng: \(cut) \(advice)\n")
    #expect(try folder.names == ["a.png", "a.tng", "cut.tng"])

    let taken = try runTool("decode", "cut.tng", "--partial", in: folder)
    #expect(taken.status == 0)
    #expect(taken.messages.hasPrefix("tng: cut.tng: Warning: \(cut) The picture is made of 6"))
    #expect(taken.messages.hasSuffix(" % of its bytes; 0 of 1 tiles is whole.\n"))
    #expect(try folder.readPicture("cut.png").pixels.width == 160)
  }

  @Test(
    "A file of another version of the format is refused with what to do",
    arguments: [
      (1, "An older version of tng made it; encode the original anew."),
      (3, "A newer version of tng may read it."),
    ])
  func versions(version: UInt8, advice: String) throws {
    try folder.write(.pattern(width: 16, height: 16, format: .rgb), as: "a.png")
    try runTool("encode", "a.png", in: folder)
    var file = try folder.read("a.tng")
    file[4] = version
    try folder.write(file, as: "other.tng")
    let refused = try runTool("decode", "other.tng", in: folder)
    #expect(refused.status == 1)
    let reason =
      "The file cannot be read by this version: it has version \(version) of the format."
    #expect(refused.messages == "tng: other.tng: \(reason) \(advice)\n")
  }

  @Test(
    "A limit is named with the option that raises it",
    arguments: [
      ("--max-pixels 4799", "The picture has 4800 pixels, more than 4799."),
      ("--max-memory 10KB", "The picture needs "),
      ("--max-metadata 3", "The file has 16 bytes of metadata, more than 3."),
      ("--max-chunks 1", "The file has more than 1 chunks."),
      ("--max-tile-time 0.000001", "Decoding tile 0 of the latents takes longer than it may."),
    ])
  func limits(option: String, message: String) throws {
    let pixels = PixelBuffer.pattern(width: 80, height: 60, format: .rgb)
    let metadata = Metadata(exif: [UInt8](repeating: 0, count: 13), xmp: [1, 2, 3])
    try folder.write(TNGEncoder().encode(Picture(pixels: pixels, metadata: metadata)), as: "a.tng")
    let run = try runShell("$tng decode a.tng \(option)", in: folder)
    #expect(run.status == 1)
    #expect(run.messages.hasPrefix("tng: a.tng: " + message))
    #expect(run.messages.hasSuffix(" \(option.prefix { $0 != " " }) raises this limit.\n"))
    #expect(try folder.names == ["a.tng"])
  }

  @Test(
    "Limits hold for pictures that are encoded",
    arguments: ["--max-pixels 4799", "--max-memory 10KB"])
  func limitsOfEncoding(option: String) throws {
    try folder.write(.pattern(width: 80, height: 60, format: .rgb), as: "a.png")
    let run = try runShell("$tng encode a.png \(option)", in: folder)
    #expect(run.status == 1)
    #expect(run.messages.hasPrefix("tng: a.png: "))
    #expect(run.messages.hasSuffix(" \(option.prefix { $0 != " " }) raises this limit.\n"))
    #expect(try folder.names == ["a.png"])
  }

  @Test("Files of the wrong kind are named as such")
  func wrongKind() throws {
    try folder.write(.pattern(width: 20, height: 20, format: .rgb), as: "a.png")
    try runTool("encode", "a.png", in: folder)
    let encoded = try runTool("encode", "a.tng", "-o", "b.tng", in: folder)
    #expect(encoded.messages == "tng: a.tng: This is a TNG file already.\n")
    let decoded = try runTool("decode", "a.png", "-o", "b.png", in: folder)
    #expect(decoded.messages == "tng: a.png: This is not a TNG file.\n")
    #expect(encoded.status == 1 && decoded.status == 1)
  }
}
