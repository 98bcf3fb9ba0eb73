import Container
import Pixels
import TNG
import Testing

/// Damaged files give the proper error or, where allowed, a picture; never anything worse.
@Suite struct DamageTests {
  static let picture = testPicture(width: 40, height: 24, format: .rgba)
  static let file = Result { try encoded(picture, level: 20) }

  private func decode(_ file: [UInt8], partial: Bool = false) throws(TNGError) -> Picture {
    try TNGDecoder(options: .init(threads: 2, allowsPartial: partial)).decode(file)
  }

  @Test func everyTruncationIsAnErrorOrAPartialPicture() throws {
    let file = try Self.file.get()
    let latents = try ContainerFile(parsing: file).chunk(.latents)!.payload
    for length in 0..<file.count {
      let cut = Array(file[..<length])
      #expect(throws: TNGError.truncated(offset: length)) { try decode(cut) }
      if length > latents.lowerBound {
        #expect(try decode(cut, partial: true).pixels.samples.count == 40 * 24 * 4)
      }
    }
  }

  @Test func everyChangedByteIsAnError() throws {
    let file = try Self.file.get()
    for index in file.indices {
      var damaged = file
      damaged[index] ^= 0x55
      #expect(throws: TNGError.self) { try decode(damaged) }
    }
  }

  /// Behind a valid check value, damage reaches the entropy decoder and the networks.
  @Test func damageBehindAValidCheckValueIsHarmless() throws {
    let file = try ContainerFile(parsing: try Self.file.get())
    for type in [ChunkType.alpha, .latents] {
      let payload = file.chunk(type)!.payload
      for index in payload {
        var bytes = file.bytes
        bytes[index] ^= 0xA5
        let chunks = file.chunks.map { (type: $0.type, payload: Array(bytes[$0.payload])) }
        let damaged = ContainerFile.write(header: file.header, chunks: chunks)
        if let decoded = try? decode(damaged) {
          #expect(decoded != Self.picture)
        }
        #expect(try decode(damaged, partial: true).pixels.width == 40)
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
      try decode(foreign)
    }
    #expect(try TNGDecoder().readInfo(foreign).modelName == nil)
  }

  @Test func absurdSizesAreRefusedBeforeAnythingIsAllocated() throws {
    let file = try ContainerFile(parsing: try Self.file.get())
    var header = file.header
    let chunks = file.chunks.map { (type: $0.type, payload: Array(file.bytes[$0.payload])) }
    (header.width, header.height) = (1 << 24 - 1, 1 << 24 - 1)
    let absurd = ContainerFile.write(header: header, chunks: chunks)
    #expect(throws: TNGError.self) { try decode(absurd) }
    // Even when the limit is lifted: the file is too short for so many tiles.
    let decoder = TNGDecoder(options: .init(maximumPixels: .max))
    #expect(throws: TNGError.self) { try decoder.decode(absurd) }
  }

  @Test func limitsAreNamed() throws {
    var picture = Self.picture
    picture.metadata.exif = [UInt8](repeating: 0, count: 100)
    let file = try encoded(picture)
    #expect(throws: TNGError.limitExceeded("the picture has 40×24 pixels, the limit is 959")) {
      try TNGDecoder(options: .init(maximumPixels: 959)).decode(file)
    }
    #expect(throws: TNGError.limitExceeded("there are 100 bytes of metadata, the limit is 99")) {
      try TNGDecoder(options: .init(maximumMetadataBytes: 99)).decode(file)
    }
  }

  @Test func aDamagedTileSpoilsOnlyItsArea() throws {
    let picture = testPicture(width: 1100, height: 40)
    var file = try encoded(picture, level: 10)
    let whole = try decode(file).pixels
    file[file.count - 20] ^= 1
    #expect(throws: TNGError.self) { try decode(file) }
    let partial = try decode(file, partial: true).pixels
    #expect(partial != whole)
    // The synthesis reaches a little across the border at column 1024.
    for row in 0..<40 {
      let start = row * 1100 * 3
      #expect(partial.samples[start..<start + 850 * 3] == whole.samples[start..<start + 850 * 3])
    }
  }
}
