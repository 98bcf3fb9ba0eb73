import Bytes
import Container
import Testing

private let header = FileHeader(isGray: false, hasAlpha: false, width: 3000, height: 8)
private let streams: [[UInt8]] = [[1, 2, 3, 4], [5, 6, 7, 8, 9], []]
private let file = ContainerFile.write(
  header: header, chunks: [], frame: FrameHeader(layers: [.latents], modelID: 1, level: 2),
  layers: [streams])

@Suite struct FrameLayerTests {
  private func latents(of bytes: [UInt8], allowsPartial: Bool = true) throws -> FrameLayer? {
    try ContainerFile(parsing: bytes, allowsPartial: allowsPartial).frames.first?.layer(.latents)
  }

  @Test func damageStaysInItsTile() throws {
    let sound = try #require(try latents(of: file))
    for tile in 0...1 {
      for index in sound.offset(of: tile)..<sound.offset(of: tile + 1) {
        var damaged = file
        damaged[index] ^= 1
        let layer = try #require(try latents(of: damaged, allowsPartial: false))
        #expect(layer.stream(of: tile, in: damaged)?.condition == .damaged)
        #expect(layer.stream(of: 1 - tile, in: damaged)?.condition == .whole)
      }
    }
  }

  @Test func whatHasArrivedOfACutTileIsGiven() throws {
    let sound = try #require(try latents(of: file))
    let second = sound.offset(of: 1)
    for length in second...file.count {
      let bytes = Array(file[..<length])
      let layer = try #require(try latents(of: bytes))
      #expect(layer.stream(of: 0, in: bytes)?.condition == .whole)
      let stream = try #require(layer.stream(of: 1, in: bytes))
      #expect(stream.range == second..<min(length, second + 5))
      #expect(stream.condition == (length == file.count ? .whole : .cut))
      #expect(layer.stream(of: 2, in: bytes) == nil)
    }
    let first = Array(file[..<(second - 5)])
    #expect(try latents(of: first)?.stream(of: 1, in: first) == nil)
  }

  @Test func aTableHasNothingOfACutFile() throws {
    let sound = try #require(try latents(of: file))
    for length in sound.tableOffset..<sound.offset(of: 0) {
      #expect(try latents(of: Array(file[..<length])) == nil)
    }
  }

  @Test func theHeadersAreCoveredByTheTable() throws {
    // Another model, whose id has as many bytes.
    let other = ContainerFile.write(
      header: header, chunks: [], frame: FrameHeader(layers: [.latents], modelID: 9, level: 2),
      layers: [streams])
    let frameEnd = header.serialized.count + 8
    let mixed = Array(other[..<frameEnd] + file[frameEnd...])
    for allowsPartial in [false, true] {
      #expect(throws: FormatError(.checksumMismatch, in: .frame, offset: header.serialized.count)) {
        try latents(of: mixed, allowsPartial: allowsPartial)
      }
    }
  }

  @Test func tilesThatCannotBeThereAreRefusedAtOnce() {
    var absurd = header
    (absurd.width, absurd.height) = (FileHeader.maximumSide, FileHeader.maximumSide)
    let end = file.count - header.serialized.count
    let bytes = absurd.serialized + file.suffix(end)
    #expect(throws: FormatError(.truncated, offset: bytes.count)) {
      try latents(of: bytes, allowsPartial: false)
    }
  }

  @Test func aLengthBeyondTheFileIsACutFile() throws {
    let sound = try #require(try latents(of: file))
    var long = streams
    long[1] = [UInt8](repeating: 0, count: 100)
    let bytes = ContainerFile.write(
      header: header, chunks: [], frame: FrameHeader(layers: [.latents], modelID: 1, level: 2),
      layers: [long])
    let cut = Array(bytes[..<file.count])
    #expect(throws: FormatError(.truncated, offset: cut.count)) {
      try latents(of: cut, allowsPartial: false)
    }
    let layer = try #require(try latents(of: cut))
    #expect(layer.announcedBytes(of: Array(layer.lengths.indices)) == 4 + 4 + 100 + 4)
    #expect(layer.stream(of: 1, in: cut)?.range == sound.offset(of: 1)..<cut.count)
  }
}

@Suite struct TileGridTests {
  @Test func gridCoversThePictureOnce() {
    let grid = TileGrid(width: 2049, height: 1024)
    #expect(grid.rows == 1 && grid.columns == 3 && grid.count == 3)
    #expect(grid.tile(0).columns == 0..<1024)
    #expect(grid.tile(2).columns == 2048..<2049 && grid.tile(2).rows == 0..<1024)
  }
}
