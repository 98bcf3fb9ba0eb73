import PictureMetrics
import Neural
import Pixels
import TNG
import TestSupport
import Testing

@Suite struct RoundTripTests {
  static let sizes = [(1, 1), (1, 7), (40, 1), (16, 16), (17, 15), (64, 64), (65, 63), (130, 33)]

  @Test(arguments: sizes, PixelFormat.allCases)
  func everySizeAndFormatComesBack(size: (Int, Int), format: PixelFormat) throws {
    let picture = testPicture(width: size.0, height: size.1, format: format)
    let decoded = try TNGDecoder().decode(try encoded(picture)).pixels
    #expect(decoded.width == size.0 && decoded.height == size.1 && decoded.format == format)
    #expect(try psnr(of: decoded, against: picture.pixels) > 27)
    #expect(decoded.alpha == picture.pixels.alpha)
  }

  @Test(arguments: sizes + [(1030, 3), (5, 1040)], PixelFormat.allCases)
  func losslessPicturesComeBack(size: (Int, Int), format: PixelFormat) throws {
    var picture = testPicture(width: size.0, height: size.1, format: format)
    picture.metadata = Metadata(iccProfile: [1, 2, 3], exif: [4], xmp: [5, 6])
    let file = try losslessly(picture)
    #expect(try TNGDecoder().decode(file) == picture)
    #expect(try losslessly(picture, threads: 1) == file)
    let info = try TNGDecoder().readInfo(file)
    #expect(info.isLossless && info.model == nil)
  }

  @Test func filesAreRecognizedByTheirFirstFourBytes() throws {
    let file = try encoded(testPicture(width: 1, height: 1))
    #expect(TNGDecoder.recognizes(Array(file.prefix(4))))
    #expect(!TNGDecoder.recognizes(Array(file.prefix(3))))
    #expect(!TNGDecoder.recognizes([0x8A] + Array("PNG".utf8)))
  }

  @Test func qualityRaisesSizeAndFidelity() throws {
    let picture = testPicture(width: 96, height: 64)
    var last = (size: 0, psnr: 0.0)
    for level in stride(from: 0, through: 63, by: 9) {
      let file = try encoded(picture, level: level)
      let reached = try psnr(of: try TNGDecoder().decode(file).pixels, against: picture.pixels)
      #expect(file.count > last.size && reached > last.psnr)
      last = (file.count, reached)
    }
    #expect(last.psnr > 38)
  }

  @Test func opaqueAlphaCostsNothing() throws {
    let opaque = testPicture(width: 50, height: 40)
    var samples: [UInt8] = []
    for index in stride(from: 0, to: opaque.pixels.samples.count, by: 3) {
      samples += opaque.pixels.samples[index..<index + 3] + [255]
    }
    let withAlpha = Picture(
      pixels: PixelBuffer(width: 50, height: 40, format: .rgba, samples: samples))
    let file = try encoded(withAlpha)
    #expect(try file.count == encoded(opaque).count)
    #expect(try TNGDecoder().decode(file).pixels.format == .rgba)
  }

  @Test func aMaskIsSmall() throws {
    let side = 256
    var samples: [UInt8] = []
    for i in 0..<side {
      for j in 0..<side {
        let isInside = (i - 128) * (i - 128) + (j - 128) * (j - 128) < 100 * 100
        samples += [128, isInside ? 255 : 0]
      }
    }
    let pixels = PixelBuffer(width: side, height: side, format: .grayAlpha, samples: samples)
    let gray = PixelBuffer(
      width: side, height: side, format: .gray,
      samples: [UInt8](repeating: 128, count: side * side))
    let difference =
      try encoded(Picture(pixels: pixels)).count - encoded(Picture(pixels: gray)).count
    #expect(difference < 400)
  }

  @Test func metadataComesBack() throws {
    var picture = testPicture(width: 20, height: 20)
    picture.metadata = Metadata(iccProfile: [1, 2, 3], exif: [], xmp: [9])
    let file = try encoded(picture)
    #expect(try TNGDecoder().decode(file).metadata == picture.metadata)
    let info = try TNGDecoder().readInfo(file)
    #expect(info.metadata == picture.metadata)
    #expect(info.width == 20 && info.height == 20 && info.format == .rgb)
    let model = try #require(info.model)
    #expect(model.level == 31 && model.levelCount == 64 && model.name == "psnr")
    #expect(model.idText.count == 10 && model.idText.hasPrefix("0x"))
    #expect(UInt32(model.idText.dropFirst(2), radix: 16) == model.id)
  }
}

/// One file, whatever computes it.
@Suite struct SameBitsTests {
  static let picture = testPicture(width: 150, height: 90, format: .rgba)
  static let reference = Result {
    let encoder = TNGEncoder(options: .init(threads: 1), kernels: Kernels.all[0])
    let file = try encoder.encode(picture)
    return (file, try TNGDecoder(options: .init(), kernels: Kernels.all[0]).decode(file))
  }

  @Test(arguments: Kernels.all.map(\.name), [1, 2, 7])
  func everyInstructionSetAndThreadCountAgrees(name: String, threads: Int) throws {
    let (file, decoded) = try Self.reference.get()
    let kernels = Kernels.all.first { $0.name == name }!
    let encoder = TNGEncoder(options: .init(threads: threads), kernels: kernels)
    #expect(try encoder.encode(Self.picture) == file)
    let decoder = TNGDecoder(options: .init(threads: threads), kernels: kernels)
    #expect(try decoder.decode(file) == decoded)
  }

  @Test func tilesAgreeToo() throws {
    let picture = testPicture(width: 1100, height: 1040)
    let file = try encoded(picture, level: 5, threads: 1)
    #expect(try encoded(picture, level: 5, threads: 3) == file)
    let decoded = try TNGDecoder().decode(file)
    #expect(try TNGDecoder(options: .init(threads: 3)).decode(file) == decoded)
    #expect(try psnr(of: decoded.pixels, against: picture.pixels) > 30)
  }
}

extension PixelBuffer {
  /// The alpha samples, or none.
  var alpha: [UInt8] {
    guard format.hasAlpha else { return [] }
    let step = format.channels
    return stride(from: step - 1, to: samples.count, by: step).map { samples[$0] }
  }
}
