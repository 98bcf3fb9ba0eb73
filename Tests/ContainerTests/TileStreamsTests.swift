import Container
import Testing

@Suite struct TileStreamsTests {
  private let streams: [[UInt8]] = [[1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11, 12, 13]]

  private func parse(
    _ payload: [UInt8], announced: Int? = nil, count: Int = 3, allowsPartial: Bool = false
  ) throws(ContainerError) -> TileStreams {
    let chunk = Chunk(
      type: .latents, payload: payload.indices, announcedSize: announced ?? payload.count,
      condition: announced == nil ? .intact : .cut)
    return try TileStreams(
      of: chunk, in: payload, count: count, minimumSize: 4, allowsPartial: allowsPartial)
  }

  @Test func streamsComeBack() throws {
    let payload = TileStreams.write(streams)
    let parsed = try parse(payload)
    #expect((0..<3).map { Array(payload[parsed[$0]!.range]) } == streams)
  }

  @Test func aSingleStreamIsThePayload() throws {
    #expect(TileStreams.write([streams[1]]) == streams[1])
    let single = try parse(streams[1], count: 1)
    #expect(single[0] == TileStream(range: 0..<5, isWhole: true))
    #expect(throws: ContainerError.tileTooShort(tile: 0, of: .latents, offset: 0)) {
      try parse([1, 2, 3], count: 1)
    }
  }

  @Test func damageStaysInItsTile() throws {
    var payload = TileStreams.write(streams)
    payload[11] ^= 1
    #expect(throws: ContainerError.tileChecksumMismatch(tile: 1, of: .latents, offset: 9)) {
      try parse(payload)
    }
    let partial = try parse(payload, allowsPartial: true)
    #expect(partial[0] != nil && partial[1] == nil && partial[2] != nil)
    #expect(partial.soundBytes == payload.count - 10)
  }

  @Test func tilesThatCannotBeThereAreRefusedAtOnce() {
    for allowsPartial in [false, true] {
      #expect(throws: ContainerError.chunkTooShort(.latents, offset: 0)) {
        try parse(TileStreams.write(streams), count: 1 << 30, allowsPartial: allowsPartial)
      }
    }
  }

  @Test func whatHasArrivedOfACutTileIsGiven() throws {
    let payload = TileStreams.write(streams)
    // The second tile begins at byte 9: its length, five bytes, its check value.
    let cut = try parse(Array(payload[..<14]), announced: payload.count, allowsPartial: true)
    #expect(cut[0] == TileStream(range: 1..<5, isWhole: true))
    #expect(cut[1] == TileStream(range: 10..<14, isWhole: false))
    #expect(cut[2] == nil)
    #expect(cut.soundBytes == 14)
    let shorter = try parse(Array(payload[..<13]), announced: payload.count, allowsPartial: true)
    #expect(shorter[1] == nil)
  }

  @Test func aLengthBeyondTheChunkIsDamage() throws {
    var payload = TileStreams.write(streams)
    payload[9] = 100
    #expect(throws: ContainerError.tileTooLong(tile: 1, of: .latents, offset: 9)) {
      try parse(payload)
    }
    let partial = try parse(payload, allowsPartial: true)
    #expect(partial[0]?.isWhole == true && partial[1] == nil && partial[2] == nil)
    #expect(partial.soundBytes == 9)
    // When the chunk is cut, as far as one knows the bytes are those of the tile.
    let cut = try parse(payload, announced: payload.count, allowsPartial: true)
    #expect(cut[1] == TileStream(range: 10..<payload.count, isWhole: false) && cut[2] == nil)
  }

  @Test func gridCoversThePictureOnce() {
    let grid = TileGrid(width: 2049, height: 1024)
    #expect(grid.rows == 1 && grid.columns == 3 && grid.count == 3)
    #expect(grid.tile(0).columns == 0..<1024)
    #expect(grid.tile(2).columns == 2048..<2049 && grid.tile(2).rows == 0..<1024)
  }
}
