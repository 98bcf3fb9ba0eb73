import Codec
import Container
import Neural
import Pixels
import Synchronization
import TNG
import Testing

/// Limits hold, and what goes beyond one is told by its name.
@Suite struct LimitsTests {
  private static let file = Result {
    var picture = testPicture(width: 40, height: 24, format: .rgba)
    picture.metadata.exif = [UInt8](repeating: 0, count: 100)
    return try encoded(picture)
  }

  private func expect(
    _ limit: Limit, _ message: String, _ limits: Limits, _ file: [UInt8]? = nil
  ) throws {
    let decoder = TNGDecoder(options: .init(limits: limits))
    let file = try file ?? Self.file.get()
    #expect(throws: TNGError.limitExceeded(limit, message)) { try decoder.decode(file) }
    #expect(throws: TNGError.limitExceeded(limit, message)) { try decoder.decodePartial(file) }
  }

  @Test func eachLimitIsNamed() throws {
    try expect(.pixels, "The picture has 40×24 pixels, more than 959", .init(pixels: 959))
    try expect(.metadata, "The file has 100 bytes of metadata, more than 99", .init(metadata: 99))
    try expect(.chunks, "The file has more than 2 chunks", .init(chunks: 2))
  }

  @Test func aFileAtItsLimitsDecodes() throws {
    let file = try Self.file.get()
    let limits = Limits(pixels: 960, metadata: 100, chunks: 3, tileTime: .seconds(1))
    let decoder = TNGDecoder(options: .init(limits: limits), now: { .zero })
    #expect(try decoder.decode(file) == TNGDecoder().decode(file))
  }

  /// A picture of one row is small, but the strips of a synthesis that wide are not.
  @Test func memoryIsCountedBeforeItIsAllocated() throws {
    let header = FileHeader(
      isGray: false, hasAlpha: false, width: FileHeader.maximumSide, height: 1,
      modelID: ModelLibrary.psnr.id, level: 0)
    let tiles = [[UInt8]](repeating: [UInt8](repeating: 0, count: 8), count: 1 << 14)
    let file = ContainerFile.write(
      header: header, chunks: [(type: .latents, payload: TileStreams.write(tiles))])
    do {
      _ = try TNGDecoder().decode(file)
      Issue.record("decoded")
    } catch {
      guard case .limitExceeded(.memory, _) = error else { throw error }
    }
    // A limit on the bytes of a small picture: its samples, at least, are counted.
    let decoder = TNGDecoder(options: .init(limits: .init(memory: 40 * 24 * 5)))
    #expect(throws: TNGError.self) { try decoder.decode(Self.file.get()) }
  }

  @Test func limitsHoldForTheEncoderToo() throws {
    let row = PixelBuffer(
      width: 1 << 23, height: 1, format: .gray, samples: [UInt8](repeating: 128, count: 1 << 23))
    let encode = { (limits: Limits) in
      try TNGEncoder(options: .init(limits: limits)).encode(Picture(pixels: row))
    }
    let tooMany = "The picture has 8388608×1 pixels, more than 8388607"
    #expect(throws: TNGError.limitExceeded(.pixels, tooMany)) {
      try encode(.init(pixels: 8_388_607))
    }
    #expect {
      try encode(Limits())
    } throws: { error in
      guard case .limitExceeded(.memory, let message)? = error as? TNGError else { return false }
      return message.hasPrefix("Encoding needs ")
    }
  }

  /// Four tiles at once need more than one.
  @Test func fewerThreadsAreUsedWhereMemoryIsShort() throws {
    let picture = testPicture(width: 1040, height: 1040)
    let header = FileHeader(
      isGray: false, hasAlpha: false, width: 1040, height: 1040, modelID: ModelLibrary.psnr.id,
      level: 31)
    let encoder = { (threads: Int) in
      PictureEncoder(
        model: ModelLibrary.psnr, execution: Execution(threads: threads),
        quantization: .refined(
          Refinement(gradient: Refinement.gradient(of: ModelLibrary.psnr), passes: 1)))
    }
    let need = encoder(4).memory(for: header)
    #expect(need.bytes(threads: 1) < need.bytes(threads: 4))
    #expect(encoder(64).memory(for: header).bytes(threads: 1) == need.bytes(threads: 1))
    var options = TNGEncoder.Options(tuning: .psnr, threads: 4)
    let file = try TNGEncoder(options: options).encode(picture)
    options.limits.memory = Int(need.bytes(threads: 1))
    #expect(try TNGEncoder(options: options).encode(picture) == file)
    options.limits.memory -= 1
    #expect(throws: TNGError.self) { try TNGEncoder(options: options).encode(picture) }
  }

  /// A file that claims more tiles than it can hold is refused, even when its size is allowed.
  @Test(arguments: [false, true])
  func absurdSizesAreRefusedBeforeAnythingIsAllocated(isPartial: Bool) throws {
    let file = try ContainerFile(parsing: try encoded(testPicture(width: 8, height: 8)))
    var header = file.header
    let chunks = file.chunks.map { (type: $0.type, payload: Array(file.bytes[$0.payload])) }
    (header.width, header.height) = (FileHeader.maximumSide, FileHeader.maximumSide)
    let absurd = ContainerFile.write(header: header, chunks: chunks)
    #expect(throws: TNGError.self) { try TNGDecoder().decode(absurd) }
    let decoder = TNGDecoder(options: .init(limits: .init(pixels: .max, memory: .max)))
    let error = try tooShort(absurd)
    #expect(throws: error) {
      try isPartial ? decoder.decodePartial(absurd).picture : decoder.decode(absurd)
    }
  }

  private func tooShort(_ file: [UInt8]) throws -> TNGError {
    .damaged(
      "the chunk 'L' (latents) is too short for a picture of this size",
      offset: try ContainerFile(parsing: file).chunk(.latents)!.payload.lowerBound)
  }

  /// A large picture cannot hide in a small file, because its hyper latents cost something even when it is flat.
  @Test func aFileMustHoldItsHyperLatents() throws {
    let flat = PixelBuffer(
      width: 1100, height: 1030, format: .gray,
      samples: [UInt8](repeating: 128, count: 1100 * 1030))
    let file = try encoded(Picture(pixels: flat), level: 0)
    #expect(try TNGDecoder(options: .init(threads: 2)).decode(file).pixels.width == 1100)
    var parts = try FileParts(file)
    let stream = [UInt8](repeating: 9, count: 8)
    parts.latents = TileStreams.write([stream, stream, stream, stream])
    let error = try tooShort(parts.file)
    #expect(throws: error) { try TNGDecoder().decode(parts.file) }
  }

  /// A clock that goes on by a second each time it is read.
  @Test func aTileThatIsLateIsGivenUp() throws {
    let readings = Mutex(0)
    let now = { @Sendable in
      readings.withLock { readings in
        readings += 1
        return Duration.seconds(readings)
      }
    }
    let decoder = { (limit: Duration) in
      TNGDecoder(options: .init(limits: .init(tileTime: limit)), now: now)
    }
    let file = try encoded(testPicture(width: 40, height: 24))
    // The clock is read at the start of the tile and in each of its four steps.
    #expect(try decoder(.seconds(4)).decode(file) == TNGDecoder().decode(file))
    let late = { (chunk: String) in
      TNGError.limitExceeded(.tileTime, "Tile 0 of the chunk \(chunk) takes longer than it may")
    }
    #expect(throws: late("'L' (latents)")) { try decoder(.seconds(3)).decode(file) }
    #expect(throws: late("'L' (latents)")) { try decoder(.seconds(3)).decodePartial(file) }
    #expect(throws: late("'A' (alpha)")) {
      try decoder(.milliseconds(1)).decode(Self.file.get())
    }
  }
}
