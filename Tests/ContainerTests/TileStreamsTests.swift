import Container
import Testing

@Suite struct TileStreamsTests {
  private let streams: [[UInt8]] = [[1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11, 12, 13]]

  private func parse(
    _ payload: [UInt8], count: Int = 3, allowsPartial: Bool = false
  ) throws(ContainerError) -> TileStreams {
    let chunk = Chunk(type: .latents, payload: payload.indices, isIntact: true)
    return try TileStreams(
      of: chunk, in: payload, count: count, minimumSize: 4, allowsPartial: allowsPartial)
  }

  @Test func streamsComeBack() throws {
    let payload = TileStreams.write(streams)
    let parsed = try parse(payload)
    #expect((0..<3).map { Array(payload[parsed[$0]!]) } == streams)
  }

  @Test func aSingleStreamIsThePayload() throws {
    #expect(TileStreams.write([streams[1]]) == streams[1])
    let single = try parse(streams[1], count: 1)
    #expect(single[0] == 0..<5)
    #expect(throws: ContainerError.tileTooShort(tile: 0, offset: 0)) {
      try parse([1, 2, 3], count: 1)
    }
  }

  @Test func damageStaysInItsTile() throws {
    var payload = TileStreams.write(streams)
    payload[11] ^= 1
    #expect(throws: ContainerError.tileChecksumMismatch(tile: 1, offset: 9)) { try parse(payload) }
    let partial = try parse(payload, allowsPartial: true)
    #expect(partial[0] != nil && partial[1] == nil && partial[2] != nil)
  }

  @Test func tilesThatCannotBeThereAreRefusedAtOnce() {
    #expect(throws: ContainerError.truncated(offset: 28)) {
      try parse(TileStreams.write(streams), count: 1 << 30)
    }
  }

  @Test func gridCoversThePictureOnce() {
    let grid = TileGrid(width: 2049, height: 1024)
    #expect(grid.rows == 1 && grid.columns == 3 && grid.count == 3)
    #expect(grid.tile(0).columns == 0..<1024)
    #expect(grid.tile(2).columns == 2048..<2049 && grid.tile(2).rows == 0..<1024)
  }
}
