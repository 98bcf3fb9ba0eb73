import Pixels
import Testing

@testable import ImageFiles

@Suite("Colours of picture files")
struct ColorTests {
  private func read(_ name: String) throws -> (picture: Picture, warnings: [ImageWarning]) {
    var warnings: [ImageWarning] = []
    let picture = try ImageReader().read(pictureFile(name)) { warnings.append($0) }
    return (picture, warnings)
  }

  /// The samples of a picture when its profile, if it has one, is made sRGB.
  private func sRGB(_ picture: Picture) throws -> [Int] {
    var picture = picture
    try picture.convertToSRGB()
    return picture.pixels.samples.map(Int.init)
  }

  private func expectNear(_ samples: [Int], _ expected: [Int], within limit: Int = 2) {
    #expect(samples.count == expected.count)
    #expect(
      zip(samples, expected).allSatisfy { abs($0 - $1) <= limit }, "\(samples) for \(expected)")
  }

  @Test(
    "Premultiplied colours are divided by alpha, once",
    arguments: ["premultiplied.avif", "premultiplied.tiff"])
  func premultiplied(name: String) throws {
    let pixels = try read(name).picture.pixels
    #expect(pixels.format == .rgba)
    expectNear(pixels.samples.prefix(4).map(Int.init), [200, 121, 40, 128])
  }

  @Test("sYCC in JPEG 2000 becomes RGB")
  func sYCC() throws {
    let (picture, warnings) = try read("sycc.jp2")
    expectNear(picture.pixels.samples.prefix(3).map(Int.init), [199, 60, 59])
    #expect(warnings.isEmpty)
  }

  @Test("Luma and chroma in TIFF become RGB, or are refused where that is not possible")
  func luma() throws {
    let (picture, warnings) = try read("ycc.tiff")
    expectNear(picture.pixels.samples.prefix(3).map(Int.init), [200, 60, 50], within: 3)
    #expect(warnings.isEmpty)
    // The entry of YCbCrSubSampling, made 2 and 2.
    var file = try pictureFile("ycc.tiff")
    let entry = try #require(file.firstRange(of: [0x12, 0x02, 3, 0, 2, 0, 0, 0]))
    file.replaceSubrange(entry.upperBound..<entry.upperBound + 4, with: [2, 0, 2, 0])
    #expect(throws: ImageFileError.self) { try ImageReader().read(file) }
  }

  @Test(
    "CIE Lab becomes sRGB as ICC profiles mean it, whatever it is coded as",
    arguments: [("lab-alpha.tiff", [255, 128, 0, 255]), ("icc-lab16.tiff", nil)])
  func lab(name: String, alpha: [Int]?) throws {
    let (picture, warnings) = try read(name)
    #expect(picture.metadata.iccProfile == nil)
    #expect(warnings.contains(.conversion("CIE Lab")))
    #expect(picture.pixels.format == (alpha == nil ? .rgb : .rgba))
    let samples = picture.pixels.samples.map(Int.init)
    // By Little CMS.
    let colors = [[255, 255, 255], [86, 162, 44], [242, 78, 182], [0, 48, 139]]
    let expected = colors.enumerated().flatMap { index, color in
      color + (alpha.map { [$0[index]] } ?? [])
    }
    expectNear(samples, expected, within: 1)
  }

  @Test("L*a*b* that cannot be converted is refused, and not taken for RGB", arguments: [10, 9, 8])
  func rareLab(space: UInt8) throws {
    var file = try pictureFile("lab-alpha.tiff")
    let entry = try #require(file.firstRange(of: [0x06, 0x01, 3, 0, 1, 0, 0, 0]))
    file[entry.upperBound] = space
    guard space != 10 else {
      #expect(throws: ImageFileError.self) { try ImageReader().read(file) }
      return
    }
    #expect(try ImageReader().read(file).pixels.format == .rgba)
    // Premultiplied.
    let extra = try #require(file.firstRange(of: [0x52, 0x01, 3, 0, 1, 0, 0, 0]))
    file[extra.upperBound] = 1
    #expect(throws: ImageFileError.self) { try ImageReader().read(file) }
  }

  @Test("CMYK in JPEG 2000 is not taken for RGB with alpha")
  func cmykInJPEG2000() throws {
    let (picture, warnings) = try read("cmyk.jp2")
    #expect(picture.pixels.format == .rgb)
    #expect(picture.pixels.samples[0] < 60 && picture.pixels.samples[2] > 180)
    #expect(warnings == [.conversion("CMYK")])
  }

  @Test("Colours that PNG gives in numbers keep their samples and get a profile")
  func numbersOfPNG() throws {
    // (55 / 255) to the power of 1 in sRGB is 128.
    let linear = try read("gamma1.png").picture
    #expect(linear.pixels.samples == [55, 55, 55, 200, 100, 50])
    expectNear(Array(try sRGB(linear).prefix(3)), [128, 128, 128])
    // Display P3 to sRGB, by the matrices of both.
    let wide = try read("cicp-p3.png").picture
    #expect(wide.pixels.samples == linear.pixels.samples)
    expectNear(Array(try sRGB(wide).suffix(3)), [215, 93, 31])
  }

  @Test("Numbers that say sRGB, or nearly, make no profile")
  func numbersOfSRGB() throws {
    #expect(try read("chrm-srgb.png").picture.metadata.iccProfile == nil)
  }

  @Test("Colours that AVIF gives in numbers get a profile")
  func numbersOfAVIF() throws {
    let picture = try read("nclx-p3.avif").picture
    expectNear(picture.pixels.samples.prefix(3).map(Int.init), [200, 120, 40], within: 3)
    expectNear(Array(try sRGB(picture).prefix(3)), [213, 115, 0], within: 4)
  }

  @Test("HDR is kept as a profile that says so, with a warning")
  func highDynamicRange() throws {
    let (picture, warnings) = try read("cicp-pq.png")
    #expect(warnings == [.highDynamicRange("PQ")])
    #expect(picture.pixels.samples == [55, 55, 55, 200, 100, 50])
    let profile = try #require(picture.metadata.iccProfile)
    #expect(profile.firstRange(of: Array("cicp\0\0\0\0".utf8) + [9, 16, 0, 1]) != nil)
    // A PQ sample of 55 of 255 is 3.11 cd/m², that is 0.0153 of white at 203 cd/m².
    expectNear(Array(try sRGB(picture).prefix(3)), [33, 33, 33])
  }

  @Test("Adobe RGB that only EXIF tells becomes a profile")
  func adobeRGB() throws {
    let picture = try read("adobe-rgb-by-exif.jpg").picture
    let samples = picture.pixels.samples.prefix(3).map(Int.init)
    #expect(picture.metadata.iccProfile != nil)
    expectNear(samples, [200, 100, 50], within: 3)
    expectNear(Array(try sRGB(picture).prefix(3)), [227, 100, 42], within: 5)
  }

  @Test("A profile that libpng refuses is read")
  func refusedProfile() throws {
    let profile = try #require(try read("d65-profile.png").picture.metadata.iccProfile)
    // The illuminant of the header is D65.
    #expect(profile[68..<72].elementsEqual([0, 0, 0xF3, 0x51]))
  }

  @Test(
    "A profile that libpng refuses is written by every format",
    arguments: ImageFileFormat.allCases.filter { $0 != .ppm })
  func writingRefusedProfile(format: ImageFileFormat) throws {
    let profile = try #require(try read("d65-profile.png").picture.metadata.iccProfile)
    let picture = Picture(
      pixels: .pattern(width: 20, height: 20, format: .rgb),
      metadata: Metadata(iccProfile: profile))
    let writer = ImageWriter(format: format)
    #expect(writer.losses(of: picture).isEmpty)
    let copy = try ImageReader().read(writer.write(picture))
    #expect(copy.metadata == picture.metadata)
  }

  @Test(
    "Where a format has no place for a grey profile, the samples become sRGB",
    arguments: [ImageFileFormat.webp, .avif, .heic, .ppm])
  func grayProfile(format: ImageFileFormat) throws {
    let picture = try read("gray-gamma18.png").picture
    let samples = [64, 128, 192]
    #expect(samples.allSatisfy { picture.pixels.samples[$0] == UInt8($0) })
    let writer = ImageWriter(format: format)
    #expect(writer.losses(of: picture) == [.iccProfile])
    let copy = try ImageReader().read(writer.write(picture))
    #expect(copy.metadata == Metadata())
    let step = copy.pixels.format.channels
    expectNear(
      samples.map { Int(copy.pixels.samples[$0 * step]) }, [82, 147, 204], within: 3)
  }

  @Test("Other samples than colours and alpha are left out, with a warning")
  func extraSamples() throws {
    let (unspecified, warnings) = try read("unspecified-extra.tiff")
    #expect(unspecified.pixels == .flat(width: 2, height: 2, [200, 120, 40], format: .rgb))
    #expect(warnings == [.extraSamples])
    let two = try read("two-extras.tiff").picture.pixels
    #expect(two == .flat(width: 2, height: 2, [200, 120, 40, 128], format: .rgba))
  }

  @Test("CMYK with alpha becomes sRGB with alpha")
  func cmykWithAlpha() throws {
    let (picture, warnings) = try read("cmyk-alpha.tiff")
    #expect(picture.pixels.format == .rgba)
    #expect(picture.pixels.samples.prefix(4).last == 128)
    #expect(picture.pixels.samples[0] < 60 && picture.pixels.samples[2] > 180)
    #expect(warnings == [.conversion("CMYK")])
  }

  @Test("More than 8 bits are said to become 8", arguments: ["gray16.png", "ten-bits.avif"])
  func depth(name: String) throws {
    #expect(try read(name).warnings == [.depth])
  }

  @Test("Numbers of no known colours, and damaged ones, are no profile")
  func oddNumbers() throws {
    #expect(ColorDescription(CodePoints(primaries: 3, transfer: 13)) == nil)
    #expect(ColorDescription(CodePoints(primaries: 1, transfer: 99)) == nil)
    let point = Chromaticity(0.3, 0.3)
    let none = Chromaticities(point, point, point, white: point)
    #expect(ICCProfile(ColorDescription(chromaticities: none), isGray: false) == nil)
    let zero = Chromaticity(0, 0)
    let black = Chromaticities(zero, zero, zero, white: zero)
    #expect(ICCProfile(ColorDescription(chromaticities: black), isGray: true) == nil)
  }
}
