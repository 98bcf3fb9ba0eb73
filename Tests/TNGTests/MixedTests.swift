import Container
import ExactCoding
import Models
import Neural
import Pixels
import PictureMetrics
import TNG
import TestSupport
import Testing

@testable import Codec

/// Pictures whose blocks are exact in part: Format.md, sections 6 and 7.
@Suite struct MixedTests {
  private let decoder = TNGDecoder(options: .init(threads: 2))

  private func encoder(_ graphics: Graphics = .auto, level: Int = 20, threads: Int = 2)
    -> TNGEncoder
  {
    TNGEncoder(
      options: .init(target: .level(level), tuning: .psnr, graphics: graphics, threads: threads))
  }

  /// Codes a picture with any map of blocks.
  private func encoded(
    _ pixels: PixelBuffer, _ blocks: BlockMap, refined: Bool
  ) throws -> (file: [UInt8], neural: PixelBuffer) {
    let (model, level) = (ModelLibrary.psnr, 12)
    let execution = Execution()
    let quantization: Quantization =
      refined
      ? .refined(Refinement(of: model, gradient: model.synthesisGradient(), passes: 1))
      : .nearest
    let latents = try PictureEncoder(
      model: model, execution: execution, quantization: quantization
    ).encode(pixels, beside: blocks, level: level)
    let header = FileHeader(
      isGray: pixels.format.isGray, hasAlpha: false, width: pixels.width, height: pixels.height)
    let exact = try ExactLayer.colors(of: header).encode(pixels, blocks: blocks, on: execution)
    let streams = latents.streams
    let file = ContainerFile.write(
      header: header, chunks: [],
      frame: FrameHeader(
        layers: [.exact, .latents], modelID: model.id, level: UInt8(level)),
      layers: [exact, streams])
    let decoded = latents.takeDecoded()
    let neural = try PixelBuffer(
      width: pixels.width, height: pixels.height, format: pixels.format
    ) { sink throws(CodecError) in
      try NeuralDecoder(model: model, execution: execution).reconstruct(
        decoded, level: level, isGray: pixels.format.isGray, fillsAlpha: true, to: sink)
    }
    return (file, neural)
  }

  /// Exact blocks come back as they were, and the others as the latents have them, whatever the map.
  @Test(arguments: [(150, 90), (33, 17), (1090, 40), (40, 1040)], [false, true])
  func anyMapComesBack(size: (width: Int, height: Int), refined: Bool) throws {
    var generator = SeededGenerator(seed: UInt64(size.width))
    for (format, share) in [(PixelFormat.rgb, 1), (.gray, 3), (.rgb, 4)] {
      let pixels = testPicture(width: size.width, height: size.height, format: format).pixels
      var blocks = BlockMap(width: size.width, height: size.height, isExact: false)
      for index in blocks.isExact.indices {
        // In the first tile of a large picture large areas alike, so that latents are left out.
        let isCorner = index % blocks.columns < 20 && index / blocks.columns < 20
        blocks.isExact[index] =
          isCorner ? share > 1 : Int.random(in: 0..<5, using: &generator) < share
      }
      guard !blocks.isAllExact, blocks.exactCount > 0 else { continue }
      let (file, neural) = try encoded(pixels, blocks, refined: refined)
      let decoded = try decoder.decode(file).pixels
      let expected = try PixelBuffer(width: size.width, height: size.height, format: format) {
        sink throws(CodecError) in
        for index in neural.samples.indices { sink.base[index] = neural.samples[index] }
        sink.copy(blocks, of: pixels)
      }
      #expect(decoded == expected)
      for row in 0..<size.height {
        for column in 0..<size.width where blocks.covers(row: row, column: column) {
          let at = (row * size.width + column) * format.channels
          #expect(decoded.samples[at] == pixels.samples[at])
        }
      }
      let info = try #require(try decoder.readInfo(file).exact)
      #expect(info.pixels == blocks.exactPixels(width: size.width, height: size.height))
    }
  }

  @Test(arguments: PixelFormat.allCases)
  func mixedPicturesHaveBothLayers(format: PixelFormat) throws {
    let picture = mixedPicture(width: 150, height: 90, format: format)
    let file = try encoder().encode(picture)
    let layers = try ContainerFile(parsing: file).frames[0].header.layers
    #expect(layers.contains(.exact) && layers.contains(.latents))
    #expect(try encoder(threads: 1).encode(picture) == file)
    let plain = try encoder(.never).encode(picture)
    #expect(try ContainerFile(parsing: plain).frames[0].layer(.exact) == nil)
    let reached = try decoder.decode(file).pixels
    #expect(reached.alpha == picture.pixels.alpha)
    #expect(
      try psnr(of: reached, against: picture.pixels)
        > psnr(of: try decoder.decode(plain).pixels, against: picture.pixels) + 1)
  }

  @Test func letterLikeBlocksAreExactAtTheHighestLevel() throws {
    let picture = mixedPicture(width: 150, height: 90)
    let decoded = try decoder.decode(encoder(level: 63).encode(picture)).pixels
    // The first row of blocks has no photograph in it.
    let isExact = decoded.samples[..<(16 * 450)] == picture.pixels.samples[..<(16 * 450)]
    #expect(isExact)
  }

  @Test func photographsHaveNoExactBlock() throws {
    var generator = SeededGenerator(seed: 1)
    let smooth = testPicture(width: 96, height: 64).pixels
    let pixels = PixelBuffer(
      width: 96, height: 64, format: .rgb,
      samples: smooth.samples.map { $0 + UInt8.random(in: 0..<6, using: &generator) })
    let picture = Picture(pixels: pixels)
    #expect(try encoder().encode(picture) == encoder(.never).encode(picture))
  }

  @Test func whatIsAllGraphicsHasNoLatents() throws {
    let picture = mixedPicture(width: 40, height: 20)
    let file = try encoder(level: 30).encode(picture)
    let info = try decoder.readInfo(file)
    #expect(info.exact?.pixels == 800)
    #expect(try decoder.decode(file).pixels.samples != [])
  }

  @Test func targetsHoldForMixedPictures() throws {
    let picture = mixedPicture(width: 150, height: 90)
    for target in [TNGEncoder.Target.psnr(40), .ssimulacra2(80), .psnr(80)] {
      let file = try TNGEncoder(options: .init(target: target, threads: 2)).encode(picture)
      let decoded = try decoder.decode(file).pixels
      switch target {
      case .psnr(let goal): #expect(try psnr(of: decoded, against: picture.pixels) >= goal)
      default: #expect(try ssimulacra2(of: decoded, against: picture.pixels) >= 80)
      }
    }
    let lossless = try losslessly(picture).count
    for size in [lossless / 2, lossless, 10 * lossless] {
      let file = try TNGEncoder(options: .init(target: .bytes(size), threads: 2)).encode(picture)
      #expect(file.count <= size)
      if size > lossless { #expect(try decoder.decode(file) == picture) }
    }
  }

  /// Without its map a tile of latents cannot be read; the other tile stays what it is.
  @Test func aDamagedMapLosesItsTileAlone() throws {
    let picture = mixedPicture(width: 1240, height: 70)
    let file = try encoder().encode(picture)
    var parts = try FileParts(file)
    // A map longer than the stream.
    parts.layers[0][0].replaceSubrange(1...1, with: [0xFF, 0xFF, 0x7F])
    #expect(throws: TNGError.self) { try decoder.decode(parts.file) }
    let whole = try decoder.decode(file).pixels
    let partial = try decoder.decodePartial(parts.file).picture.pixels
    #expect(whole != partial)
    for row in 0..<70 {
      let right = (row * 1240 + 1104) * 3..<(row + 1) * 3720
      #expect(whole.samples[right] == partial.samples[right])
    }
  }
}
