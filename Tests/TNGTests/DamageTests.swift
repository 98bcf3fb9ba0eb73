import Container
import Pixels
import TNG
import TestSupport
import Testing

/// Damaged files give the proper error or, where allowed, a picture; never anything worse.
@Suite struct DamageTests {
  static let picture = testPicture(width: 40, height: 24, format: .rgba)
  static let file = Result { try encoded(picture, level: 20) }
  static let files = Result { [try file.get(), try losslessly(picture)] }

  private let decoder = TNGDecoder(options: .init(threads: 2))

  @Test(arguments: [0, 1])
  func everyTruncationIsAnErrorOrAPartialPicture(number: Int) throws {
    let file = try Self.files.get()[number]
    let table = try ContainerFile(parsing: file).frames[0].layers[0].offset(of: 0)
    for length in 0..<file.count {
      let cut = Array(file[..<length])
      #expect(throws: TNGError(.truncated, offset: length)) { try decoder.decode(cut) }
      // From the end of the table on, there is something to show.
      if length >= table {
        #expect(try decoder.decodePartial(cut).picture.pixels.samples.count == 40 * 24 * 4)
      }
    }
  }

  @Test(arguments: [0, 1])
  func everyChangedByteIsAnError(number: Int) throws {
    let file = try Self.files.get()[number]
    for index in file.indices {
      var damaged = file
      damaged[index] ^= 0x55
      #expect(throws: TNGError.self) { try decoder.decode(damaged) }
    }
  }

  /// Behind a valid check value, damage reaches the entropy decoder and the networks.
  @Test(arguments: [0, 1])
  func damageBehindAValidCheckValueIsHarmless(number: Int) throws {
    let file = try Self.files.get()[number]
    let parts = try FileParts(file)
    let sound = try decoder.decode(file)
    for layer in parts.layers.indices {
      for index in parts.layers[layer][0].indices {
        let damaged = parts.with { $0.layers[layer][0][index] ^= 0xA5 }
        // The last bytes of exact samples may stand for several numbers.
        if parts.frame.layers[layer] == .latents, let decoded = try? decoder.decode(damaged) {
          #expect(decoded != sound)
        }
        #expect(try decoder.decodePartial(damaged).picture.pixels.width == 40)
      }
    }
  }

  @Test func anUnknownModelIsNamed() throws {
    let foreign = try FileParts(Self.file.get()).with { $0.frame.modelID = 0x0012_ABCD }
    let error = #expect(throws: TNGError.self) { try decoder.decode(foreign) }
    #expect(error?.code == .unknownModel && error?.value == 0x0012_ABCD)
    #expect(error?.description.contains("0x0012abcd") == true)
    let model = try #require(try TNGDecoder().readInfo(foreign).model)
    #expect(model.id == 0x0012_ABCD && model.name == nil && model.levelCount == nil)
  }
}
