import Bytes
import Container
import Testing

private let header = FileHeader(isGray: false, hasAlpha: true, width: 300, height: 1025)
private let frame = FrameHeader(layers: [.alpha, .latents], modelID: 0xDEAD_BEEF, level: 41)
private let alpha: [[UInt8]] = [[], [UInt8](repeating: 9, count: 200)]
private let latents: [[UInt8]] = [[7, 7, 7, 7], [1, 2, 3]]
private let chunks: [(type: ChunkType, payload: [UInt8])] = [
  (.iccProfile, [1, 2, 3]), (.exif, []),
]
private let file = ContainerFile.write(
  header: header, chunks: chunks, frame: frame, layers: [alpha, latents])

/// A file whose chunks are given as they are, with right check values.
private func file(chunks: [(String, [UInt8])]) -> [UInt8] {
  ContainerFile.write(
    header: header,
    chunks: chunks.map { (ChunkType(rawValue: $0.0.utf8.first!), $0.1) },
    frame: frame, layers: [alpha, latents])
}

/// The kind of error with which a file is refused.
private func refusal(of bytes: [UInt8]) -> FormatError? {
  do throws(FormatError) {
    _ = try ContainerFile(parsing: bytes)
    return nil
  } catch {
    return error
  }
}

@Suite struct ContainerFileTests {
  @Test func whatIsWrittenComesBack() throws {
    let parsed = try ContainerFile(parsing: file)
    #expect(parsed.header == header)
    #expect(parsed.chunks.map(\.type) == [.iccProfile, .exif])
    #expect(parsed.chunks.map { Array(file[$0.payload]) } == [[1, 2, 3], []])
    #expect(parsed.chunks.allSatisfy { $0.isIntact })
    #expect(parsed.chunk(.xmp) == nil)
    #expect(parsed.frames.count == 1)
    #expect(parsed.frames.first?.header == frame)
    for (kind, streams) in [(LayerKind.alpha, alpha), (.latents, latents)] {
      let layer = try #require(parsed.frames[0].layer(kind))
      #expect(layer.lengths == streams.map(\.count))
      for (tile, stream) in streams.enumerated() {
        let read = layer.stream(of: tile, in: file)
        #expect(read.map { Array(file[$0.range]) } ?? [] == stream)
        #expect(read.map { $0.condition == .whole } ?? stream.isEmpty)
      }
    }
    #expect(parsed.frames[0].layer(.exact) == nil)
  }

  @Test func aPlainFileNeedsFewBytesBesideItsSymbols() {
    let plain = FileHeader(isGray: false, hasAlpha: false, width: 768, height: 512)
    let stream = [UInt8](repeating: 0, count: 40_000)
    let file = ContainerFile.write(
      header: plain, chunks: [],
      frame: FrameHeader(layers: [.latents], modelID: .max, level: 127), layers: [[stream]])
    #expect(file.count - stream.count <= 30)
  }

  @Test func everyTruncationIsNoticed() {
    for length in file.indices {
      #expect(refusal(of: Array(file[..<length]))?.kind == .truncated)
    }
  }

  /// Bytes of the streams are covered by check values of their own: `FrameLayerTests`.
  @Test func everyChangedByteBeforeTheStreamsIsNoticed() throws {
    let streams = try #require(try ContainerFile(parsing: file).frames[0].layer(.alpha)).offset(
      of: 0)
    for index in 0..<streams {
      for mask: UInt8 in [1, 0x20, 0x80, 0xFF] {
        var damaged = file
        damaged[index] ^= mask
        #expect(refusal(of: damaged) != nil, "byte \(index), mask \(mask)")
      }
    }
  }

  @Test func aPartialFileGivesWhatIsThere() throws {
    var damaged = file
    let profile = try ContainerFile(parsing: file).chunks[0].payload.lowerBound
    damaged[profile] ^= 1
    #expect(refusal(of: damaged)?.part == .iccProfile)
    let parsed = try ContainerFile(parsing: damaged, allowsPartial: true)
    #expect(parsed.chunks.map(\.isIntact) == [false, true])
    #expect(parsed.frames[0].layers.count == 2)
    let chunksOnly = try ContainerFile(parsing: Array(file[...profile]), allowsPartial: true)
    #expect(chunksOnly.chunks.map(\.isIntact) == [false] && chunksOnly.frames.isEmpty)
    // Without the whole table there is no frame, and with it all layers are known.
    let first = parsed.frames[0].layers[0].offset(of: 0)
    let cut = try ContainerFile(parsing: Array(file[..<(first - 1)]), allowsPartial: true)
    #expect(cut.frames.isEmpty)
    let whole = try ContainerFile(parsing: Array(file[..<first]), allowsPartial: true)
    #expect(whole.frames[0].layers.map(\.lengths) == [alpha, latents].map { $0.map(\.count) })
  }

  @Test func aTilesStreamsStandTogether() throws {
    let layers = try ContainerFile(parsing: file).frames[0].layers
    let offsets = (0..<2).flatMap { tile in layers.map { $0.offset(of: tile) } }
    #expect(offsets == offsets.sorted())
  }

  @Test func unknownChunksAreSkippedOrRefusedByName() throws {
    #expect(try ContainerFile(parsing: file(chunks: [("q", [1])])).chunks.isEmpty)
    let start = header.serialized.count
    #expect(
      refusal(of: file(chunks: [("Q", [1])]))
        == FormatError(
          .unsupportedChunk, in: .chunk, offset: start, value: UInt64(UInt8(ascii: "Q"))))
  }

  @Test func brokenRulesAreNamed() throws {
    let start = header.serialized.count
    #expect(
      refusal(of: file(chunks: [("e", []), ("e", [])]))
        == FormatError(.duplicateChunk, in: .exif, offset: start + 6))
    #expect(
      refusal(of: file(chunks: [("0", [])]))
        == FormatError(.badChunkType, in: .chunk, offset: start, value: UInt64(UInt8(ascii: "0"))))
    #expect(refusal(of: file + [0]) == FormatError(.trailingBytes, offset: file.count, value: 1))
    #expect(
      refusal(of: file(chunks: (0..<70).map { _ in ("q", []) }))
        == FormatError(.tooManyChunks, offset: start + 64 * 6))
    #expect(refusal(of: file.replacing(at: 1, with: 0))?.kind == .notTNG)
  }

  @Test(arguments: [0, 1, 3, 255] as [UInt8])
  func otherVersionsAreRefusedByName(version: UInt8) {
    #expect(
      refusal(of: file.replacing(at: 4, with: version))
        == FormatError(.unsupportedVersion, in: .header, offset: 4, value: UInt64(version)))
  }
}

@Suite struct FileHeaderTests {
  private func parsed(_ bytes: [UInt8]) throws(FormatError) -> FileHeader {
    var reader = ByteReader(bytes)
    return try FileHeader(parsing: &reader)
  }

  @Test(arguments: [1, 7, 8, 10, 16], [1, 2, 300])
  func depthAndNumberOfFramesComeBack(depth: Int, frames: Int) throws {
    let header = FileHeader(
      isGray: true, hasAlpha: false, depth: depth, width: 5, height: 6, frameCount: frames)
    #expect(try parsed(header.serialized) == header)
    #expect(
      header.serialized.count == 8 + (depth == 8 ? 0 : 1) + (frames > 127 ? 2 : frames > 1 ? 1 : 0))
  }

  @Test func whatIsNotDecodedYetIsRefusedByName() {
    for (depth, frames, kind) in [
      (10, 1, FormatError.Kind.unsupportedDepth), (8, 2, .unsupportedFrames),
    ] {
      var canvas = header
      (canvas.depth, canvas.frameCount) = (depth, frames)
      let bytes = ContainerFile.write(
        header: canvas, chunks: [], frame: frame, layers: [alpha, latents])
      #expect(refusal(of: bytes)?.kind == kind)
    }
  }

  @Test(arguments: [(0, 1), (1, 0), (1 << 24, 1), (5, Int(UInt32.max))])
  func absurdSizesAreRefused(width: Int, height: Int) {
    var absurd = header
    (absurd.width, absurd.height) = (width, height)
    #expect(throws: FormatError.self) { try parsed(absurd.serialized) }
  }

  @Test(arguments: [0, 8, 17, 255] as [UInt8])
  func aDepthIsInRangeAndOnlyThereIfItIsNotEight(depth: UInt8) {
    let bytes = FileHeader.signature + [2, 4, depth, 1, 1]
    #expect(
      throws: FormatError(.sizeOutOfRange, in: .header, offset: 6, value: UInt64(depth))
    ) { try parsed(bytes) }
  }

  @Test(arguments: [0, 1] as [UInt8])
  func aNumberOfFramesIsOnlyThereIfThereAreSeveral(frames: UInt8) {
    let bytes = FileHeader.signature + [2, 8, 1, 1, frames]
    #expect(
      throws: FormatError(.sizeOutOfRange, in: .header, offset: 8, value: UInt64(frames))
    ) { try parsed(bytes) }
  }

  @Test func unknownFlagsAreRefused() {
    let bytes = FileHeader.signature + [2, 16, 1, 1]
    #expect(throws: FormatError(.unsupportedFlags, in: .header, offset: 5, value: 16)) {
      try parsed(bytes)
    }
  }
}

@Suite struct FrameHeaderTests {
  private func parsed(
    _ bytes: [UInt8], hasAlpha: Bool = true
  ) throws(FormatError) -> FrameHeader {
    var reader = ByteReader(bytes)
    return try FrameHeader(
      parsing: &reader, of: FileHeader(isGray: false, hasAlpha: hasAlpha, width: 1, height: 1))
  }

  @Test(
    arguments: [[.latents], [.exact], [.alpha, .exact], [.alpha, .exact, .latents]] as [[LayerKind]]
  )
  func layersComeBack(layers: [LayerKind]) throws {
    let hasLatents = layers.contains(.latents)
    let header = FrameHeader(
      layers: layers, modelID: hasLatents ? 77 : 0, level: hasLatents ? 127 : 0)
    #expect(try parsed(header.serialized) == header)
    #expect(header.serialized.count == (hasLatents ? 8 : 2))
  }

  @Test func brokenRulesAreNamed() {
    let mark = FrameHeader.mark
    #expect(throws: FormatError(.unsupportedLayer, in: .frame, offset: 1, value: 12)) {
      try parsed([mark, 12, 0, 0, 0, 0, 0, 0])
    }
    for layers: UInt8 in [0, 1] {
      #expect(throws: FormatError(.noPicture, in: .frame, offset: 1)) {
        try parsed([mark, layers])
      }
    }
    #expect(throws: FormatError(.unexpectedAlpha, in: .frame, offset: 1)) {
      try parsed([mark, 5, 0, 0, 0, 0, 0, 0], hasAlpha: false)
    }
    #expect(throws: FormatError(.levelOutOfRange, in: .frame, offset: 6, value: 128)) {
      try parsed([mark, 4, 0, 0, 0, 0, 128, 0])
    }
    #expect(throws: FormatError(.unsupportedFilter, in: .frame, offset: 7, value: 1)) {
      try parsed([mark, 4, 0, 0, 0, 0, 0, 1])
    }
  }
}

extension [UInt8] {
  fileprivate func replacing(at index: Int, with byte: UInt8) -> [UInt8] {
    var copy = self
    copy[index] = byte
    return copy
  }
}
