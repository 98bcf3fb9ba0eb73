@testable import Codec
import Models
import Neural
import PictureMetrics
import Pixels
import TNG
import TestSupport
import Testing

@Suite struct RefinementTests {
  private let model = ModelLibrary.psnr
  private let execution = Execution(threads: 2)

  /// What moves a few latents a little changes the squared error by what the gradient says.
  @Test(arguments: [4, 31, 60])
  func theGradientTellsWhatASmallMoveChanges(level: Int) throws {
    var random = SeededGenerator(seed: 5)
    let pixels = testPicture(width: 96, height: 80).pixels
    let latents = Analysis(model: model, execution: execution).latents(of: pixels, level: level)
    let gradient = model.synthesisGradient().gradient(
      at: moved(latents, along: nil, by: 0), level: level, on: execution
    ) { squares in
      for (index, value) in squares.values.enumerated() {
        squares.base[index] = (value - target(index)) * 16
      }
      return 4
    }
    for _ in 0..<4 {
      // With the gradient, so that what is compared is not a small difference of large numbers.
      let direction = gradient.values.values.map {
        $0.signum() * Int16.random(in: 0...8, using: &random)
      }
      let predicted = zip(gradient.values.values, direction).reduce(0.0) {
        $0 + Double($1.0) * Double($1.1)
      }
      let scaled = 2 * predicted / Double(sign: .plus, exponent: gradient.exponent, significand: 1)
      let up = squaredError(moved(latents, along: direction, by: 1), level)
      let down = squaredError(moved(latents, along: direction, by: -1), level)
      #expect(abs((up - down) / 2 - scaled) < 0.25 * abs(scaled))
    }
  }

  private func moved(
    _ latents: borrowing Tensor, along direction: [Int16]?, by factor: Int16
  ) -> Tensor {
    let result = Tensor(
      rows: latents.rows, columns: latents.columns, channels: latents.channels)
    for index in 0..<latents.count {
      result.base[index] = latents.base[index] + factor * (direction?[index] ?? 0)
    }
    return result
  }

  /// A picture that is not the one that the latents show, so that there are errors.
  private func target(_ index: Int) -> Int16 { Int16(100 + index % 64) }

  private func squaredError(_ latents: consuming Tensor, _ level: Int) -> Double {
    let squares = Network(layers: model.synthesis.layers.dropLast())
      .run(latents, level: level, on: execution)
    return squares.values.enumerated().reduce(0) { sum, value in
      let error = Double(value.element - target(value.offset))
      return sum + error * error
    }
  }

  /// Along the error, from once to three times a small one, 1 − MS-SSIM grows as the gradient at
  /// twice the error says.
  @Test func theStructuralErrorIsThatOfTheMetric() throws {
    var random = SeededGenerator(seed: 6)
    let original = testPicture(width: 230, height: 190, format: .gray).pixels
    let errors = original.samples.map { _ in Int.random(in: -3...3, using: &random) }
    func metric(_ times: Int) throws -> Double {
      let changed = PixelBuffer(
        width: original.width, height: original.height, format: .gray,
        samples: zip(original.samples, errors).map { UInt8(clamping: Int($0) + times * $1) })
      return try 1 - PictureMetrics.msSSIM(of: changed, against: original)
    }
    let gradient = plane(original) { Float(2 * errors[$0]) }
    StructuralError(
      original: plane(original) { Float(original.samples[$0]) }, factor: 1150, execution: execution
    )
    .replaceByGradient(gradient)
    var slope = 0.0
    for row in 0..<original.height {
      for column in 0..<original.width {
        let index = row * original.width + column
        slope += 2 * Double(gradient.row(row)[column]) * Double(errors[index])
      }
    }
    slope /= 1150 * Double(errors.count)
    let expected = try (metric(3) - metric(1)) / 2
    #expect(abs(slope - expected) < 0.15 * expected)
  }

  /// Of a quadratic form the gradient is a symmetric map, and no error counts less than nothing.
  @Test func thePerceptualErrorIsAQuadraticForm() {
    var random = SeededGenerator(seed: 7)
    let original = testPicture(width: 80, height: 64, format: .rgb).pixels
    let (first, second) = (noise(original, &random), noise(original, &random))
    let ofFirst = perceptualGradient(first, of: original)
    let ofSecond = perceptualGradient(second, of: original)
    let (across, back) = (product(ofFirst, second), product(first, ofSecond))
    #expect(abs(across - back) < 1e-4 * product(ofFirst, first))
    #expect(product(ofFirst, first) > 0.5 * product(first, first))
  }

  /// The same error is seen more on a plain surface than among texture.
  @Test func textureHidesErrors() {
    var random = SeededGenerator(seed: 8)
    let plain = PixelBuffer(
      width: 64, height: 64, format: .gray, samples: [UInt8](repeating: 120, count: 4096))
    let texture = PixelBuffer(
      width: 64, height: 64, format: .gray,
      samples: (0..<4096).map { _ in UInt8.random(in: 60...180, using: &random) })
    let error = noise(plain, &random)
    // The squared error counts everywhere.
    let squared = Double(PerceptualError.plainShare) * product(error, error)
    let seen = [plain, texture].map { product(perceptualGradient(error, of: $0), error) - squared }
    #expect(seen[0] > 3 * seen[1] && seen[1] > 0)
  }

  private func noise(_ pixels: PixelBuffer, _ random: inout SeededGenerator) -> [Plane] {
    let values = (0..<3 * pixels.width * pixels.height).map { _ in
      Float.random(in: -4...4, using: &random)
    }
    return (0..<3).map { color in plane(pixels) { values[3 * $0 + color] } }
  }

  private func perceptualGradient(_ errors: [Plane], of original: PixelBuffer) -> [Plane] {
    let channels = original.format.channels
    let colors = (0..<3).map { color in
      plane(original) { Float(original.samples[$0 * channels + min(color, channels - 1)]) }
    }
    let result = errors.map { error in
      plane(original) { error.row($0 / original.width)[$0 % original.width] }
    }
    PerceptualError(original: colors, execution: execution).replaceByGradient(result)
    return result
  }

  private func product(_ a: [Plane], _ b: [Plane]) -> Double {
    var sum = 0.0
    for (a, b) in zip(a, b) {
      for row in 0..<a.rows {
        for column in 0..<a.columns { sum += Double(a.row(row)[column] * b.row(row)[column]) }
      }
    }
    return sum
  }

  private func plane(_ pixels: PixelBuffer, _ value: (Int) -> Float) -> Plane {
    let plane = Plane(rows: pixels.height, columns: pixels.width, in: execution.workspace)
    for row in 0..<pixels.height {
      for column in 0..<pixels.width {
        plane.row(row)[column] = value(row * pixels.width + column)
      }
    }
    return plane
  }

  @Test(arguments: [Distortion.squaredError, .perceptualError])
  func aMoveIsTriedTheFurtherTheMoreItPromisesAndThenHasToBringLess(distortion: Distortion) {
    let rule = rule(passes: 1, distortion)
    let trials = stride(from: -500, through: 1500, by: 50).map(rule.trial)
    #expect(trials == trials.sorted())
    #expect(trials.first == 0 && trials.last == MoveRule.wholeTrial)
    #expect(Set(trials).count > 5)
    let gains = (1...MoveRule.wholeTrial).compactMap(rule.leastGain)
    #expect(gains.count == MoveRule.wholeTrial && gains == gains.sorted(by: >))
  }

  @Test(arguments: [Distortion.squaredError, .perceptualError])
  func withManyPassesMovesAreTriedInFullOrNotAndNotMadeUntried(distortion: Distortion) {
    let rule = rule(passes: 3, distortion)
    #expect(Set((-500...1500).map(rule.trial)) == [0, MoveRule.wholeTrial])
    #expect(rule.leastGain(trial: 0) == nil)
  }

  private func rule(passes: Int, _ distortion: Distortion) -> MoveRule {
    MoveRule(
      Refinement(
        of: distortion == .squaredError ? model : ModelLibrary.perceptual,
        gradient: model.synthesisGradient(), passes: passes, distortion: distortion))
  }
}
