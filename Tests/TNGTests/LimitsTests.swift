import Codec
import Container
import Models
import Neural
import Pixels
import Synchronization
import TNG
import TestSupport
import Testing

/// Limits hold, and what goes beyond one is told by its name.
@Suite struct LimitsTests {
  private static let file = Result {
    var picture = testPicture(width: 40, height: 24, format: .rgba)
    picture.metadata.exif = [UInt8](repeating: 0, count: 100)
    return try encoded(picture)
  }

  private func expect(_ error: TNGError, _ limits: Limits) throws {
    let decoder = TNGDecoder(options: .init(limits: limits))
    let file = try Self.file.get()
    #expect(error.category == .limitExceeded)
    #expect(throws: error) { try decoder.decode(file) }
    #expect(throws: error) { try decoder.decodePartial(file) }
  }

  @Test func eachLimitIsNamed() throws {
    try expect(TNGError(.tooManyPixels, value: 960, bound: 959), .init(pixels: 959))
    let bytes = try Self.file.get().count
    try expect(
      TNGError(.fileTooLarge, value: UInt64(bytes), bound: UInt64(bytes - 1)),
      .init(fileBytes: bytes - 1))
    try expect(TNGError(.tooMuchMetadata, value: 100, bound: 99), .init(metadata: 99))
    let chunk = FileHeader(isGray: false, hasAlpha: true, width: 40, height: 24).serialized.count
    try expect(TNGError(.tooManyChunks, offset: chunk, bound: 0), .init(chunks: 0))
  }

  @Test func aFileAtItsLimitsDecodes() throws {
    let file = try Self.file.get()
    let limits = Limits(
      pixels: 960, fileBytes: file.count, metadata: 100, chunks: 1, tileTime: .seconds(1))
    let decoder = TNGDecoder(options: .init(limits: limits), now: { .zero })
    #expect(try decoder.decode(file) == TNGDecoder().decode(file))
  }

  /// A picture of one row is small, but the strips of a synthesis that wide are not.
  @Test func memoryIsCountedBeforeItIsAllocated() throws {
    var parts = try FileParts(encoded(testPicture(width: 8, height: 8)))
    (parts.header.width, parts.header.height) = (FileHeader.maximumSide, 1)
    parts.layers = [[[UInt8]](repeating: [UInt8](repeating: 0, count: 99), count: 1 << 14)]
    let wide = #expect(throws: TNGError.self) { try TNGDecoder().decode(parts.file) }
    #expect(wide?.code == .tooMuchMemory)
    // A limit on the bytes of a small picture: its samples, at least, are counted.
    let decoder = TNGDecoder(options: .init(limits: .init(memory: 40 * 24 * 5)))
    let error = #expect(throws: TNGError.self) { try decoder.decode(Self.file.get()) }
    #expect(error?.code == .tooMuchMemory && error?.bound == 40 * 24 * 5)
  }

  @Test func limitsHoldForTheEncoderToo() throws {
    let row = PixelBuffer(
      width: 1 << 23, height: 1, format: .gray, samples: [UInt8](repeating: 128, count: 1 << 23))
    let encode = { (limits: EncodingLimits) in
      try TNGEncoder(options: .init(limits: limits)).encode(Picture(pixels: row))
    }
    #expect(throws: TNGError(.tooManyPixels, value: 8_388_608, bound: 8_388_607)) {
      try encode(.init(pixels: 8_388_607))
    }
    let error = #expect(throws: TNGError.self) { try encode(EncodingLimits()) }
    #expect(error?.code == .tooMuchMemory)
  }

  /// Four tiles at once need more than one.
  @Test func fewerThreadsAreUsedWhereMemoryIsShort() throws {
    let picture = testPicture(width: 1040, height: 1040)
    let header = FileHeader(isGray: false, hasAlpha: false, width: 1040, height: 1040)
    let model = ModelLibrary.psnr
    let refinement = Refinement(of: model, gradient: model.synthesisGradient(), passes: 1)
    let encoder = { (threads: Int) in
      PictureEncoder(
        model: model, execution: Execution(threads: threads), quantization: .refined(refinement))
    }
    let need = encoder(4).memory(for: header, level: 0)
    #expect(need.bytes(threads: 1) < need.bytes(threads: 4))
    #expect(encoder(64).memory(for: header, level: 0).bytes(threads: 1) == need.bytes(threads: 1))
    var options = TNGEncoder.Options(tuning: .psnr, graphics: .never, threads: 4)
    let file = try TNGEncoder(options: options).encode(picture)
    options.limits.memory = Int(need.bytes(threads: 1))
    #expect(try TNGEncoder(options: options).encode(picture) == file)
    options.limits.memory -= 1
    #expect(throws: TNGError.self) { try TNGEncoder(options: options).encode(picture) }
  }

  /// A file that claims more tiles than it can hold is refused, even when its size is allowed.
  @Test(arguments: [false, true])
  func absurdSizesAreRefusedBeforeAnythingIsAllocated(isPartial: Bool) throws {
    let absurd = try FileParts(encoded(testPicture(width: 8, height: 8))).with {
      ($0.header.width, $0.header.height) = (FileHeader.maximumSide, FileHeader.maximumSide)
    }
    let decoder = TNGDecoder(options: .init(limits: .init(pixels: .max, memory: .max)))
    #expect(throws: TNGError(.truncated, offset: absurd.count)) {
      try isPartial ? decoder.decodePartial(absurd).picture : decoder.decode(absurd)
    }
  }

  /// A large picture cannot hide in a small file, because its hyper latents cost something even
  /// when it is flat.
  @Test(arguments: [false, true])
  func aTileMustHoldItsHyperLatents(isPartial: Bool) throws {
    let flat = PixelBuffer(
      width: 1100, height: 1030, format: .gray,
      samples: [UInt8](repeating: 128, count: 1100 * 1030))
    let file = try encoded(Picture(pixels: flat), level: 0)
    let decoder = TNGDecoder(options: .init(threads: 2))
    #expect(try decoder.decode(file).pixels.width == 1100)
    let parts = try FileParts(file)
    for stream in [[], [UInt8](repeating: 9, count: 8)] {
      let bad = parts.with { $0.layers[0][0] = stream }
      let error = #expect(throws: TNGError.self) {
        try isPartial ? decoder.decodePartial(bad).picture : decoder.decode(bad)
      }
      #expect(error?.code == .tileTooShort && error?.part == .latents && error?.tile == 0)
    }
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
    let late = { (part: TNGError.Part) in TNGError(.outOfTime, in: part, tile: 0) }
    #expect(throws: late(.latents)) { try decoder(.seconds(3)).decode(file) }
    #expect(throws: late(.latents)) { try decoder(.seconds(3)).decodePartial(file) }
    let exact = try losslessly(testPicture(width: 40, height: 24))
    #expect(throws: late(.exact)) { try decoder(.milliseconds(1)).decode(exact) }
  }
}
