import Container
import Testing

private let header = FileHeader(
  isGray: false, hasAlpha: true, width: 300, height: 70_000, modelID: 0xDEAD_BEEF, level: 41)

private let file = ContainerFile.write(
  header: header,
  chunks: [
    (.iccProfile, [1, 2, 3]), (.alpha, [UInt8](repeating: 9, count: 200)),
    (.latents, [7, 7, 7, 7]),
  ])

/// A file whose chunks are given as they are, with right check values.
private func file(
  chunks: [(String, [UInt8])], header: FileHeader = header
) -> [UInt8] {
  ContainerFile.write(
    header: header,
    chunks: chunks.map { (ChunkType(rawValue: $0.0.utf8.first!), $0.1) })
}

@Suite struct ContainerFileTests {
  @Test func headerAndChunksComeBack() throws {
    let parsed = try ContainerFile(parsing: file)
    #expect(parsed.header == header)
    #expect(parsed.chunks.map(\.type) == [.iccProfile, .alpha, .latents])
    #expect(parsed.chunks.map { Array(file[$0.payload]) }.last == [7, 7, 7, 7])
    #expect(parsed.chunks.allSatisfy { $0.condition == .intact })
    #expect(parsed.chunk(.exif) == nil)
  }

  @Test func aPlainFileNeedsFewBytesBesideItsSymbols() {
    let plain = FileHeader(
      isGray: false, hasAlpha: false, width: 768, height: 512, modelID: .max, level: 63)
    let payload = [UInt8](repeating: 0, count: 40_000)
    let file = ContainerFile.write(header: plain, chunks: [(.latents, payload)])
    #expect(file.count - payload.count <= 24)
  }

  @Test func everyTruncationIsNoticed() {
    for length in file.indices {
      #expect(throws: ContainerError.truncated(offset: length)) {
        try ContainerFile(parsing: Array(file[..<length]))
      }
    }
  }

  @Test func everyChangedByteIsNoticed() {
    for index in file.indices {
      for mask: UInt8 in [1, 0x20, 0x80, 0xFF] {
        var damaged = file
        damaged[index] ^= mask
        #expect(throws: ContainerError.self) { try ContainerFile(parsing: damaged) }
      }
    }
  }

  @Test func partialReadingGivesWhatIsThere() throws {
    let cut = try ContainerFile(parsing: Array(file.dropLast(6)), allowsPartial: true)
    #expect(cut.chunks.map(\.condition) == [.intact, .intact, .cut])
    #expect(cut.chunks.last?.payload.count == 2)
    // The payload is all there, but not its check value.
    let last = try ContainerFile(parsing: Array(file.dropLast(1)), allowsPartial: true).chunks.last
    #expect(last?.condition == .cut && last?.payload.count == last?.announcedSize)
    var damaged = file
    damaged[40] ^= 1
    let parsed = try ContainerFile(parsing: damaged, allowsPartial: true)
    #expect(parsed.chunks.map(\.condition) == [.intact, .damaged, .intact])
  }

  @Test func unknownChunksAreSkippedOrRefusedByName() throws {
    let optional = file(chunks: [("q", [1]), ("L", [])])
    #expect(try ContainerFile(parsing: optional).chunks.map(\.type) == [.latents])
    #expect(
      throws: ContainerError.unknownRequired(
        chunk: ChunkType(rawValue: UInt8(ascii: "Q")), offset: header.serialized.count)
    ) {
      try ContainerFile(parsing: file(chunks: [("Q", [1]), ("L", [])]))
    }
  }

  @Test func brokenRulesAreNamed() throws {
    let start = header.serialized.count
    #expect(throws: ContainerError.duplicate(chunk: .exif, offset: start + 6)) {
      try ContainerFile(parsing: file(chunks: [("e", []), ("e", []), ("L", [])]))
    }
    #expect(throws: ContainerError.badChunkType(UInt8(ascii: "0"), offset: start)) {
      try ContainerFile(parsing: file(chunks: [("0", []), ("L", [])]))
    }
    #expect(throws: ContainerError.trailingBytes(offset: file.count)) {
      try ContainerFile(parsing: file + [0])
    }
    #expect(throws: ContainerError.unknownVersion(9)) {
      try ContainerFile(parsing: file.replacing(at: 4, with: 9))
    }
    #expect(throws: ContainerError.unknownFlags(6)) {
      try ContainerFile(parsing: file.replacing(at: 5, with: 6))
    }
    #expect(throws: ContainerError.notTNG) {
      try ContainerFile(parsing: file.replacing(at: 1, with: 0))
    }
    #expect(throws: ContainerError.tooManyChunks(offset: start + 64 * 6)) {
      try ContainerFile(parsing: file(chunks: (0..<70).map { _ in ("q", []) }))
    }
    var opaque = header
    opaque.hasAlpha = false
    #expect(throws: ContainerError.unexpectedAlpha(offset: start)) {
      try ContainerFile(parsing: file(chunks: [("A", []), ("L", [])], header: opaque))
    }
  }

  @Test(arguments: [(0, 1), (1, 0), (1 << 24, 1), (5, Int(UInt32.max))])
  func absurdSizesAreRefused(width: Int, height: Int) {
    var absurd = header
    (absurd.width, absurd.height) = (width, height)
    #expect(throws: ContainerError.badSize(offset: 6)) {
      try ContainerFile(parsing: file(chunks: [("L", [])], header: absurd))
    }
  }

  @Test func numbersMustBeAsShortAsPossible() {
    var reader = ByteReader([0x80, 0x00])
    #expect(throws: ContainerError.badVarint(offset: 0)) { try reader.varint() }
    reader = ByteReader([0xFF, 0xFF, 0xFF, 0xFF, 0x1F])
    #expect(throws: ContainerError.badVarint(offset: 0)) { try reader.varint() }
    reader = ByteReader([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01])
    #expect(throws: ContainerError.badVarint(offset: 0)) { try reader.varint() }
  }

  @Test(arguments: [0, 1, 127, 128, 16_383, 16_384, Int(UInt32.max)])
  func numbersComeBack(value: Int) throws {
    var bytes: [UInt8] = []
    bytes.append(varint: value)
    var reader = ByteReader(bytes)
    #expect(try reader.varint() == value)
    #expect(reader.remaining == 0)
  }

  @Test func checkValueIsTheStandardOne() {
    // RFC 3720, appendix B.4, and the usual "123456789".
    #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.of([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.of(Array("123456789".utf8)) == 0xE306_9283)
  }

  @Test(arguments: 0...40)
  func checkValueIsTheSameInPieces(of length: Int) {
    let bytes = (0..<40).map { UInt8($0 * 101 & 255) }
    var crc = CRC32C()
    crc.update(bytes[..<length])
    for index in length..<bytes.count { crc.update(bytes[index...index]) }
    #expect(crc.value == CRC32C.of(bytes))
  }
}

extension [UInt8] {
  fileprivate func replacing(at index: Int, with byte: UInt8) -> [UInt8] {
    var copy = self
    copy[index] = byte
    return copy
  }
}
