import Foundation
import PictureMetrics
import Pixels
import TNG
import TestSupport
import Testing

@Suite("Pixels under an alpha of 0")
struct InvisiblePixelsTests {
  /// A disc on nothing, whose hidden pixels have any colours.
  private func disc(
    side: Int = 64, format: PixelFormat = .rgba, hidden: (Int) -> UInt8
  ) -> PixelBuffer {
    let channels = format.channels
    let samples = (0..<side * side * channels).map { index -> UInt8 in
      let (pixel, channel) = index.quotientAndRemainder(dividingBy: channels)
      let (y, x) = pixel.quotientAndRemainder(dividingBy: side)
      let (dx, dy) = (2 * x - side, 2 * y - side)
      let isVisible = dx * dx + dy * dy < side * side / 2
      if channel == channels - 1 { return isVisible ? 255 : 0 }
      return isVisible ? UInt8(truncatingIfNeeded: 90 + x + 40 * channel) : hidden(index)
    }
    return PixelBuffer(width: side, height: side, format: format, samples: samples)
  }

  private var noisy: PixelBuffer {
    var generator = SeededGenerator(seed: 3)
    let noise = (0..<64 * 64 * 4).map { _ in UInt8.random(in: 0...255, using: &generator) }
    return disc { noise[$0] }
  }

  @Test("The file does not depend on hidden colours", arguments: [PixelFormat.rgba, .grayAlpha])
  func files(format: PixelFormat) throws {
    let encoder = TNGEncoder()
    let files = try [0, 77, 255].map { hidden in
      try encoder.encode(
        Picture(pixels: disc(format: format) { UInt8(truncatingIfNeeded: $0 * 7 + hidden) }))
    }
    #expect(Set(files).count == 1)
    let picture = try TNGDecoder().decode(files[0]).pixels
    #expect(try psnr(of: picture, against: disc(format: format) { _ in 0 }) > 30)
  }

  /// A drawing and a photograph beside it, with holes whose hidden pixels have any colours.
  private func mixed(format: PixelFormat, hidden: (Int) -> UInt8) -> PixelBuffer {
    let (width, height) = (96, 64)
    let whole = mixedPicture(width: width, height: height, format: format).pixels
    let samples = whole.samples.enumerated().map { index, sample -> UInt8 in
      let (pixel, channel) = index.quotientAndRemainder(dividingBy: format.channels)
      let (y, x) = pixel.quotientAndRemainder(dividingBy: width)
      guard (24..<72).contains(x) && (20..<44).contains(y) else { return sample }
      return channel == format.channels - 1 ? 0 : hidden(index)
    }
    return PixelBuffer(width: width, height: height, format: format, samples: samples)
  }

  @Test(
    "No target and no way of coding depends on hidden colours",
    arguments: [
      TNGEncoder.Target.quality(.standard), .level(0), .bytes(3000), .psnr(32), .ssimulacra2(50),
    ], Graphics.allCases)
  func modes(target: TNGEncoder.Target, graphics: Graphics) throws {
    for format in [PixelFormat.rgba, .grayAlpha] {
      for effort in [0, 1] {
        let encoder = TNGEncoder(
          options: .init(
            target: target, effort: try #require(Effort(level: effort)), graphics: graphics))
        let noise = noise(width: 96, height: 64, format: format).samples
        let files = try [{ _ in 0 }, { noise[$0] }, { $0 % 9 < 4 ? 0 : 255 }].map {
          (hidden: (Int) -> UInt8) in
          try encoder.encode(Picture(pixels: mixed(format: format, hidden: hidden)))
        }
        #expect(Set(files).count == 1)
        let hasExact = try TNGDecoder().readInfo(files[0]).exact != nil
        #expect(hasExact == (graphics == .auto))
      }
    }
  }

  /// Noise would be a photograph, and a single colour a drawing: neither may decide what is exact.
  @Test("What is hidden does not decide which blocks are exact")
  func graphics() throws {
    let encoder = TNGEncoder()
    let flat = disc { UInt8(truncatingIfNeeded: 40 * ($0 % 4)) }
    #expect(try encoder.encode(Picture(pixels: flat)) == encoder.encode(Picture(pixels: noisy)))
  }

  @Test("Targets are met by what is visible")
  func targets() throws {
    let picture = Picture(pixels: noisy)
    for target in [TNGEncoder.Target.psnr(35), .ssimulacra2(70)] {
      let file = try TNGEncoder(options: .init(target: target)).encode(picture)
      let decoded = try TNGDecoder().decode(file).pixels
      switch target {
      case .psnr(let decibels): #expect(try psnr(of: decoded, against: noisy) >= decibels)
      default: #expect(try ssimulacra2(of: decoded, against: noisy) >= 70)
      }
    }
  }

  @Test("Without loss, hidden colours are kept too")
  func lossless() throws {
    let file = try TNGEncoder(options: .init(target: .lossless)).encode(Picture(pixels: noisy))
    #expect(try TNGDecoder().decode(file).pixels == noisy)
  }

  @Test("Metrics see no difference where the original shows nothing, and every other")
  func metrics() throws {
    let (original, other) = (disc(side: 176) { _ in 0 }, disc(side: 176) { UInt8($0 % 251) })
    #expect(try psnr(of: other, against: original) == .infinity)
    #expect(try msSSIM(of: other, against: original) == 1)
    #expect(try ssimulacra2(of: other, against: original) == 100)
    var samples = original.samples
    samples[(88 * 176 + 88) * 4] ^= 16
    let changed = PixelBuffer(width: 176, height: 176, format: .rgba, samples: samples)
    let visible = original.samples.enumerated().count { $0.offset % 4 == 3 && $0.element > 0 }
    let expected = 255.0 * 255 * 3 * Double(visible) / 256
    #expect(abs(try psnr(of: changed, against: original) - expected.decibels) < 1e-9)
    #expect(try msSSIM(of: changed, against: original) < 1)
    #expect(try ssimulacra2(of: changed, against: original) < 100)
    let nothing = PixelBuffer(width: 1, height: 1, format: .rgba, samples: [1, 2, 3, 0])
    let something = PixelBuffer(width: 1, height: 1, format: .rgba, samples: [9, 9, 9, 9])
    #expect(try psnr(of: something, against: nothing) == .infinity)
  }

  @Test(
    "What is filled in lies between what is known, which stays",
    arguments: [(1, 1), (1, 9), (17, 3), (64, 64), (33, 70)])
  func filling(width: Int, height: Int) {
    var generator = SeededGenerator(seed: UInt64(width * height))
    for format in PixelFormat.allCases {
      for share in [0.0, 0.1, 0.9, 1.0] {
        let samples = (0..<width * height * format.channels).map { _ in
          UInt8.random(in: 60...90, using: &generator)
        }
        let picture = PixelBuffer(width: width, height: height, format: format, samples: samples)
        let isFree = (0..<width * height).map { _ in
          Double.random(in: 0..<1, using: &generator) < share
        }
        let filled = picture.filled(where: isFree)
        let isAnyKnown = isFree.contains(false)
        for (index, sample) in filled.samples.enumerated() {
          let (pixel, channel) = index.quotientAndRemainder(dividingBy: format.channels)
          let isAlpha = format.hasAlpha && channel == format.channels - 1
          if isFree[pixel] && !isAlpha {
            #expect((60...90).contains(sample) || !isAnyKnown)
          } else {
            #expect(sample == samples[index])
          }
        }
      }
    }
  }
}

extension Double {
  fileprivate var decibels: Double { 10 * log10(self) }
}
