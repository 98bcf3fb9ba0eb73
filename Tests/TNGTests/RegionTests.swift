import Container
import Models
import Pixels
import TNG
import TestSupport
import Testing

/// A region has the samples of a crop of the whole picture, at every scale.
@Suite struct RegionTests {
  private static let small = ModelEntry(try! SmallModel.model.get(), isOffered: true)

  private static var models: ModelLibrary {
    var models = ModelLibrary.embedded
    models.add(small)
    return models
  }

  private static let decoder = TNGDecoder(options: .init(models: models))

  /// A picture in which no two places are alike, by the small model or without loss.
  private static func file(
    width: Int, height: Int, format: PixelFormat, isLossless: Bool
  ) throws -> [UInt8] {
    let picture = Picture(
      pixels: noise(width: width, height: height, format: format, seed: UInt64(width)),
      metadata: Metadata(exif: [1, 2, 3]))
    var options = TNGEncoder.Options(target: isLossless ? .lossless : .level(9), threads: 2)
    options.effort = Effort(level: 0)!
    options.models = models
    if !isLossless { options.model = "small" }
    return try TNGEncoder(options: options).encode(picture)
  }

  /// Random regions, and those along all borders: of the picture and of tiles.
  private static func regions(_ width: Int, _ height: Int) -> [PixelRegion] {
    var random = SeededGenerator(seed: UInt64(width &* 31 &+ height))
    var regions = [
      PixelRegion(x: 0, y: 0, width: width, height: height),
      PixelRegion(x: width - 1, y: height - 1, width: 1, height: 1),
      PixelRegion(x: 0, y: height - 1, width: width, height: 1),
      PixelRegion(x: width - 1, y: 0, width: 1, height: height),
    ]
    for border in [1023, 1024, 1025, 960] where border + 1 < max(width, height) {
      regions.append(
        PixelRegion(
          x: min(border, width - 1), y: min(border, height - 1), width: 1, height: 1))
    }
    for _ in 0..<4 {
      let x = Int.random(in: 0..<width, using: &random)
      let y = Int.random(in: 0..<height, using: &random)
      regions.append(
        PixelRegion(
          x: x, y: y, width: Int.random(in: 1...width - x, using: &random),
          height: Int.random(in: 1...height - y, using: &random)))
    }
    return regions
  }

  @Test(
    arguments: [(1, 1), (40, 25), (200, 170), (1100, 60), (50, 1060)],
    [(PixelFormat.rgb, false), (.rgba, false), (.grayAlpha, false), (.rgba, true), (.gray, true)])
  func aRegionIsACrop(size: (Int, Int), kind: (format: PixelFormat, isLossless: Bool)) throws {
    let (width, height) = size
    let file = try Self.file(
      width: width, height: height, format: kind.format, isLossless: kind.isLossless)
    for scale in DecodingScale.allCases {
      let whole = try Self.decoder.decode(file, scale: scale)
      let info = try Self.decoder.readInfo(file)
      #expect((whole.pixels.width, whole.pixels.height) == info.size(at: scale))
      for region in Self.regions(whole.pixels.width, whole.pixels.height) {
        let crop = whole.pixels.cropped(to: region)
        let part = try Self.decoder.decode(file, scale: scale, region: region)
        #expect(part.pixels == crop, "\(scale) \(region)")
        #expect(part.metadata == whole.metadata)
        let ranges = try Self.decoder.byteRanges(of: region, scale: scale, head: file)
        let excerpt = ranges.flatMap { file[$0] }
        #expect(
          try Self.decoder.decode(excerpt: excerpt, scale: scale, region: region) == part)
      }
    }
  }

  @Test func trainedModelsToo() throws {
    for tuning in Tuning.allCases {
      let file = try encoded(testPicture(width: 1150, height: 150, format: .rgba), tuning: tuning)
      for scale in DecodingScale.allCases {
        let whole = try Self.decoder.decode(file, scale: scale).pixels
        for region in Self.regions(whole.width, whole.height).suffix(5) {
          let part = try Self.decoder.decode(file, scale: scale, region: region).pixels
          #expect(part == whole.cropped(to: region), "\(tuning) \(scale) \(region)")
        }
      }
    }
  }

  /// Grey can be decoded to colours, and rows may be padded.
  @Test func aSinkOfItsOwn() throws {
    let file = try Self.file(width: 70, height: 50, format: .gray, isLossless: false)
    let region = PixelRegion(x: 13, y: 17, width: 31, height: 20)
    let gray = try Self.decoder.decode(file, region: region).pixels
    var samples = [UInt8](repeating: 9, count: 200 * 20)
    try samples.withUnsafeMutableBufferPointer { samples throws(TNGError) in
      let sink = PixelSink(
        base: samples.baseAddress!, width: 31, height: 20, format: .rgba, bytesPerRow: 200)
      try Self.decoder.decode(file, region: region, to: sink)
    }
    for row in 0..<20 {
      for column in 0..<31 {
        let value = gray.samples[row * 31 + column]
        let place = row * 200 + 4 * column
        #expect(Array(samples[place..<place + 4]) == [value, value, value, 255])
      }
      #expect(samples[row * 200 + 124..<min((row + 1) * 200, 4000)].allSatisfy { $0 == 9 })
    }
  }

  @Test func onlyWhatIsNeededIsReadAndChecked() throws {
    let width = 3000
    let file = try Self.file(width: width, height: 40, format: .rgba, isLossless: false)
    let whole = try Self.decoder.decode(file).pixels
    let right = PixelRegion(x: 2500, y: 0, width: 500, height: 40)
    let ranges = try Self.decoder.byteRanges(of: right, head: file)
    #expect(ranges.count == 2 && ranges[0].lowerBound == 0 && ranges[1].upperBound == file.count)
    #expect(ranges.reduce(0) { $0 + $1.count } < file.count / 2)
    // What is elsewhere may be damaged.
    var damaged = [UInt8](repeating: 0, count: file.count)
    for range in ranges { damaged.replaceSubrange(range, with: file[range]) }
    #expect(try Self.decoder.decode(damaged, region: right).pixels == whole.cropped(to: right))
    #expect(throws: TNGError.self) { try Self.decoder.decode(damaged) }
    // The synthesis reaches over the border of a tile: its latents are needed, its alpha is not.
    let border = PixelRegion(x: 2048, y: 0, width: 10, height: 40)
    let wider = try Self.decoder.byteRanges(of: border, head: file)
    let layers = try ContainerFile(parsing: file).frames[0].layers
    let alpha = layers[0].offset(of: 1)..<layers[0].offset(of: 1) + layers[0].lengths[1]
    #expect(layers[0].kind == .alpha && !wider.contains { $0.overlaps(alpha) })
    let latents = layers[1].offset(of: 1)..<layers[1].offset(of: 1) + layers[1].lengths[1]
    #expect(wider.contains { $0.contains(latents.lowerBound) })
  }

  @Test func aHeadThatIsTooShortSaysSo() throws {
    let file = try Self.file(width: 1100, height: 30, format: .rgba, isLossless: false)
    let region = PixelRegion(x: 0, y: 0, width: 9, height: 9)
    let ranges = try Self.decoder.byteRanges(of: region, head: file)
    let head = Array(file[ranges[0]])
    let end = try ContainerFile(parsing: file).frames[0].streamsOffset
    #expect(try Self.decoder.byteRanges(of: region, head: Array(head.prefix(end))) == ranges)
    for length in 0..<end {
      let error = #expect(throws: TNGError.self) {
        try Self.decoder.byteRanges(of: region, head: Array(head.prefix(length)))
      }
      #expect(error?.category == .truncated)
    }
    let excerpt = ranges.flatMap { file[$0] }
    #expect(throws: TNGError.self) {
      try Self.decoder.decode(excerpt: Array(excerpt.dropLast()), region: region)
    }
    #expect(throws: TNGError.self) {
      try Self.decoder.decode(excerpt: excerpt + [0], region: region)
    }
  }

  @Test func aRegionOutsideIsRefused() throws {
    let file = try Self.file(width: 40, height: 30, format: .rgb, isLossless: false)
    for (x, y, width, height) in [
      (0, 0, 41, 30), (0, 0, 40, 31), (40, 0, 1, 1), (0, 30, 1, 1), (-1, 0, 2, 2), (0, -1, 2, 2),
      (0, 0, 0, 1), (0, 0, 1, 0), (1, 1, .max, .max), (.max, .max, 1, 1), (5, 5, -1, 3),
    ] {
      let region = PixelRegion(x: x, y: y, width: width, height: height)
      #expect(throws: TNGError(.regionOutside)) { try Self.decoder.decode(file, region: region) }
      #expect(throws: TNGError(.regionOutside)) {
        try Self.decoder.byteRanges(of: region, head: file)
      }
    }
  }

  /// Limits are held against the region, not against the picture.
  @Test func aSmallRegionOfALargePictureIsAllowed() throws {
    let file = try Self.file(width: 1100, height: 60, format: .rgb, isLossless: false)
    let whole = try Self.decoder.decode(file).pixels
    var options = Self.decoder.options
    options.limits.pixels = 900
    let strict = TNGDecoder(options: options)
    let region = PixelRegion(x: 1010, y: 3, width: 30, height: 30)
    #expect(try strict.decode(file, region: region).pixels == whole.cropped(to: region))
    #expect(throws: TNGError(.tooManyPixels, value: 930, bound: 900)) {
      try strict.decode(file, region: PixelRegion(x: 0, y: 0, width: 31, height: 30))
    }
    #expect(throws: TNGError.self) { try strict.decode(file) }
  }

  /// Damage outside the region does not show.
  @Test func partialRegions() throws {
    let file = try Self.file(width: 2100, height: 40, format: .rgba, isLossless: false)
    let whole = try Self.decoder.decode(file).pixels
    let latents = try #require(try ContainerFile(parsing: file).frames[0].layer(.latents))
    let cut = Array(file[..<(latents.offset(of: 1) + 9)])
    let left = PixelRegion(x: 3, y: 3, width: 800, height: 30)
    let part = try Self.decoder.decodePartial(cut, region: left)
    #expect(part.picture.pixels == whole.cropped(to: left))
    #expect(part.completeness.wholeTiles == 1 && part.completeness.tileCount == 1)
    #expect(part.completeness.byteShare == 1)
    let border = PixelRegion(x: 1000, y: 0, width: 50, height: 40)
    let other = try Self.decoder.decodePartial(cut, region: border)
    #expect(other.completeness.wholeTiles == 1 && other.completeness.tileCount == 2)
    #expect(other.completeness.byteShare < 1)
  }
}

extension PixelBuffer {
  /// A part of the picture.
  func cropped(to region: PixelRegion) -> PixelBuffer {
    let (step, length) = (format.channels, region.width * format.channels)
    var cropped: [UInt8] = []
    for row in region.y..<region.y + region.height {
      let start = (row * width + region.x) * step
      cropped += bytes[start..<start + length]
    }
    return PixelBuffer(
      width: region.width, height: region.height, format: format, samples: cropped)
  }
}
