import Container
import Models
import PictureMetrics
import Pixels
import TNG
import TestSupport
import Testing

/// Pictures decoded smaller than they are.
@Suite struct ScaleTests {
  static let scales = DecodingScale.allCases.filter { $0 != .whole }

  /// The means of squares, the last of which may be cut; colours count by their alpha if they are
  /// told to.
  private func averaged(
    _ pixels: PixelBuffer, _ scale: DecodingScale, byAlpha: Bool = false
  ) -> PixelBuffer {
    let (side, step) = (scale.rawValue, pixels.format.channels)
    let size = { ($0 + side - 1) / side }
    var samples: [UInt8] = []
    for row in 0..<size(pixels.height) {
      for column in 0..<size(pixels.width) {
        for channel in 0..<step {
          let isWeighted = byAlpha && pixels.format.hasAlpha && channel < step - 1
          var (sum, total, plain, count) = (0, 0, 0, 0)
          for y in row * side..<min((row + 1) * side, pixels.height) {
            for x in column * side..<min((column + 1) * side, pixels.width) {
              let pixel = (y * pixels.width + x) * step
              let value = Int(pixels.samples[pixel + channel])
              let weight = isWeighted ? Int(pixels.samples[pixel + step - 1]) : 1
              sum += weight * value
              total += weight
              plain += value
              count += 1
            }
          }
          let mean = total > 0 ? (sum + total / 2) / total : (plain + count / 2) / count
          samples.append(UInt8(mean))
        }
      }
    }
    return PixelBuffer(
      width: size(pixels.width), height: size(pixels.height), format: pixels.format,
      samples: samples)
  }

  @Test(arguments: scales, PixelFormat.allCases)
  func exactSamplesAreAveraged(scale: DecodingScale, format: PixelFormat) throws {
    for (width, height) in [(1, 1), (8, 16), (9, 7), (45, 33), (1030, 11)] {
      let pixels = noise(width: width, height: height, format: format)
      let small = try TNGDecoder(options: .init(threads: 2)).decode(
        losslessly(Picture(pixels: pixels)), scale: scale)
      #expect(small.pixels == averaged(pixels, scale, byAlpha: true), "\(width)×\(height)")
    }
  }

  /// What nobody sees does not colour what is seen.
  @Test func transparentColorsDoNotCount() throws {
    let pixels = PixelBuffer(
      width: 2, height: 1, format: .rgba, samples: [200, 100, 50, 255, 0, 0, 0, 0])
    let small = try TNGDecoder().decode(losslessly(Picture(pixels: pixels)), scale: .half)
    #expect(small.pixels.samples == [200, 100, 50, 128])
  }

  /// A model without a head for a size decodes at the next larger one, and averages.
  @Test(arguments: scales, [PixelFormat.gray, .rgba])
  func withoutHeadsTheWholeIsAveraged(scale: DecodingScale, format: PixelFormat) throws {
    var plain = SmallModel()
    plain.heads = []
    var models = ModelLibrary()
    models.add(ModelEntry(try Model(parsing: plain.weights()), isOffered: true))
    var options = TNGEncoder.Options(target: .level(20), effort: Effort(level: 0)!)
    (options.models, options.model) = (models, "small")
    let picture = Picture(pixels: noise(width: 75, height: 61, format: format))
    let file = try TNGEncoder(options: options).encode(picture)
    let decoder = TNGDecoder(options: .init(models: models))
    let whole = try decoder.decode(file).pixels
    #expect(try decoder.decode(file, scale: scale).pixels == averaged(whole, scale))
  }

  @Test func aMissingHeadIsReplacedByTheNextLarger() throws {
    let model = try SmallModel.model.get()
    #expect(model.reducedSynthesis(1) == nil)
    #expect([2, 4, 8].map { model.reducedSynthesis($0)?.reduction } == [2, 2, 8])
  }

  /// Heads give about what averaging the whole gives.
  @Test(arguments: Tuning.allCases, scales)
  func headsAreNearTheAverages(tuning: Tuning, scale: DecodingScale) throws {
    let file = try encoded(testPicture(width: 200, height: 136), level: 60, tuning: tuning)
    let decoder = TNGDecoder()
    let whole = averaged(try decoder.decode(file).pixels, scale)
    #expect(try psnr(of: decoder.decode(file, scale: scale).pixels, against: whole) > 30)
  }

  @Test func whichScaleCoversASize() throws {
    let info = try TNGDecoder().readInfo(encoded(testPicture(width: 104, height: 64)))
    let scales: [(Int, Int, DecodingScale)] = [
      (1, 1, .eighth), (13, 8, .eighth), (14, 8, .quarter), (13, 9, .quarter), (26, 16, .quarter),
      (27, 1, .half), (52, 32, .half), (52, 33, .whole), (104, 64, .whole), (500, 1, .whole),
    ]
    for (width, height, scale) in scales {
      #expect(info.scale(covering: width, height) == scale)
    }
  }

  @Test(arguments: [
    (100, 60, DecodingScale.quarter), (90, 60, .half), (101, 60, .whole),
  ])
  func sizesThatDoNotDivideAreNotCovered(width: Int, height: Int, scale: DecodingScale) throws {
    let info = try TNGDecoder().readInfo(encoded(testPicture(width: width, height: height)))
    #expect(info.scale(covering: 1, 1) == scale)
  }

  /// A cut file shows at every size what has arrived.
  @Test(arguments: scales)
  func partialFiles(scale: DecodingScale) throws {
    let picture = testPicture(width: 1100, height: 60)
    let file = try losslessly(picture)
    let layer = try ContainerFile(parsing: file).frames[0].layer(.exact)!
    let cut = Array(file[..<(layer.offset(of: 0) + layer.lengths[0] / 2)])
    let (whole, small) = (
      try TNGDecoder().decodePartial(cut).picture.pixels,
      try TNGDecoder().decodePartial(cut, scale: scale).picture.pixels
    )
    let rows = (0..<60).prefix { row in
      whole.samples[row * 3300..<row * 3300 + 3072]
        == picture.pixels.samples[row * 3300..<row * 3300 + 3072]
    }
    let (expected, whole8) = (averaged(picture.pixels, scale), rows.count / scale.rawValue)
    #expect(whole8 > 0)
    let side = 1024 / scale.rawValue
    for row in 0..<small.height {
      let start = row * small.width * 3
      let line = small.samples[start..<start + 3 * side]
      #expect(
        row < whole8
          ? line == expected.samples[start..<start + 3 * side] : line.allSatisfy { $0 == 128 })
    }
  }
}
