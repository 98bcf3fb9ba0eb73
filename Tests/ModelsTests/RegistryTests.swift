import Models
import Pixels
import TNG
import TestSupport
import Testing

/// Models by name and id.
@Suite struct RegistryTests {
  private let picture = Picture(
    pixels: PixelBuffer(
      width: 40, height: 30, format: .rgb,
      samples: (0..<40 * 30 * 3).map { UInt8(truncatingIfNeeded: $0 * $0 / 11) }))

  private func weights(_ levels: Int = 64) -> [UInt8] {
    var model = SmallModel()
    model.levels = levels
    return model.weights()
  }

  private func encode(_ models: ModelLibrary, _ model: String?, level: Int = 3) throws -> [UInt8] {
    try TNGEncoder(options: .init(target: .level(level), model: model, models: models))
      .encode(picture)
  }

  @Test func aFileDecodesWithTheModelThatItNames() throws {
    var models = ModelLibrary.embedded
    try models.add(weights())
    let file = try encode(models, "small")
    let decoder = TNGDecoder(options: .init(models: models))
    #expect(try decoder.decode(file).pixels.width == 40)
    let info = try decoder.readInfo(file).model
    #expect(info?.name == "small" && info?.levelCount == 64 && info?.level == 3)
    let error = #expect(throws: TNGError.self) { try TNGDecoder().decode(file) }
    #expect(error?.code == .unknownModel)
  }

  @Test func anOldModelIsChosenByItsIdAlone() throws {
    var models = ModelLibrary()
    try models.add(weights(), isOffered: false)
    let error = #expect(throws: TNGError.self) { try encode(models, "small") }
    #expect(error?.code == .noSuchModel && error?.category == .model)
    let id = try #require(models.models.first).id
    let name = "0x" + String(id, radix: 16)
    #expect(try TNGDecoder(options: .init(models: models)).decode(encode(models, name)) != picture)
  }

  @Test func ofOneNameTheFirstIsChosen() throws {
    var models = ModelLibrary()
    try models.add(weights(64))
    try models.add(weights(100))
    try models.add(weights(64))
    #expect(models.models.map(\.levelCount) == [64, 100])
    let decoder = TNGDecoder(options: .init(models: models))
    #expect(try decoder.readInfo(encode(models, "small")).model?.levelCount == 64)
  }

  @Test func theLevelsAreTheModels() throws {
    var models = ModelLibrary()
    try models.add(weights(100))
    #expect(throws: Never.self) { try encode(models, "small", level: 99) }
    let error = #expect(throws: TNGError.self) { try encode(models, "small", level: 100) }
    #expect(error?.code == .levelOutOfRange)
    let encoder = TNGEncoder(
      options: .init(target: .quality(Quality(percent: 100)!), model: "small", models: models))
    let decoder = TNGDecoder(options: .init(models: models))
    #expect(try decoder.readInfo(encoder.encode(picture)).model?.level == 99)
  }

  @Test func whatIsNoWeightsFileIsRefused() throws {
    var models = ModelLibrary()
    #expect(throws: TNGError.self) { try models.add([1, 2, 3]) }
    var old = weights()
    old[4] = 1
    let error = #expect(throws: TNGError.self) { try models.add(old) }
    #expect(error?.code == .unsupportedModelVersion && error?.value == 1)
    var damaged = weights()
    damaged[1000] ^= 1
    try models.add(damaged)
    let late = #expect(throws: TNGError.self) { try encode(models, "small") }
    #expect(late?.code == .invalidModel)
  }
}
