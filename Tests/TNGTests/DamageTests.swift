import Container
import Pixels
import TNG
import Testing

/// Damaged files give the proper error or, where allowed, a picture; never anything worse.
@Suite struct DamageTests {
  static let picture = testPicture(width: 40, height: 24, format: .rgba)
  static let file = Result { try encoded(picture, level: 20) }

  private let decoder = TNGDecoder(options: .init(threads: 2))

  @Test func everyTruncationIsAnErrorOrAPartialPicture() throws {
    let file = try Self.file.get()
    let latents = try ContainerFile(parsing: file).chunk(.latents)!.payload
    for length in 0..<file.count {
      let cut = Array(file[..<length])
      #expect(throws: TNGError.truncated(offset: length)) { try decoder.decode(cut) }
      // From the length of the latents on, there is something to show.
      if length >= latents.lowerBound {
        #expect(try decoder.decodePartial(cut).picture.pixels.samples.count == 40 * 24 * 4)
      }
    }
  }

  @Test func everyChangedByteIsAnError() throws {
    let file = try Self.file.get()
    for index in file.indices {
      var damaged = file
      damaged[index] ^= 0x55
      #expect(throws: TNGError.self) { try decoder.decode(damaged) }
    }
  }

  /// Behind a valid check value, damage reaches the entropy decoder and the networks.
  @Test func damageBehindAValidCheckValueIsHarmless() throws {
    let file = try ContainerFile(parsing: try Self.file.get())
    let sound = try decoder.decode(Self.file.get())
    for type in [ChunkType.alpha, .latents] {
      let payload = file.chunk(type)!.payload
      for index in payload {
        var bytes = file.bytes
        bytes[index] ^= 0xA5
        let chunks = file.chunks.map { (type: $0.type, payload: Array(bytes[$0.payload])) }
        let damaged = ContainerFile.write(header: file.header, chunks: chunks)
        if let decoded = try? decoder.decode(damaged) {
          #expect(decoded != sound)
        }
        #expect(try decoder.decodePartial(damaged).picture.pixels.width == 40)
      }
    }
  }

  @Test func anUnknownModelIsNamed() throws {
    let file = try ContainerFile(parsing: try Self.file.get())
    var header = file.header
    header.modelID = 0x0012_ABCD
    let chunks = file.chunks.map { (type: $0.type, payload: Array(file.bytes[$0.payload])) }
    let foreign = ContainerFile.write(header: header, chunks: chunks)
    #expect(throws: TNGError.unsupported("its model, 0x0012abcd, is not known here")) {
      try decoder.decode(foreign)
    }
    #expect(try TNGDecoder().readInfo(foreign).modelName == nil)
  }
}
