import ExactCoding
import TestSupport
import Testing

@Suite struct DamageTests {
  private let shape = ExactTileShape(width: 60, height: 50, planes: 3, depth: 8)

  @Test(arguments: PictureKind.allCases)
  func everyTruncationIsAnErrorAndItsRowsAreRight(kind: PictureKind) throws {
    let tile = kind.tile(shape)
    let stream = tile.encoded()
    for length in stride(from: 0, to: stream.count, by: max(1, stream.count / 200)) {
      var decoded = tile.blank()
      do throws(ExactStreamError) {
        try decoded.decode(stream, range: 0..<length)
        Issue.record("\(length) of \(stream.count) bytes were taken for all")
      } catch {
        guard case .truncated(let rows) = error else {
          Issue.record("\(length) of \(stream.count) bytes: \(error)")
          continue
        }
        let count = rows * shape.width * shape.planes
        #expect(decoded.samples[..<count] == tile.samples[..<count])
      }
    }
  }

  @Test func rowsArriveWithTheStream() {
    let tile = PictureKind.noise.tile(shape)
    let stream = tile.encoded()
    var decoded = tile.blank()
    #expect(throws: ExactStreamError.self) {
      do throws(ExactStreamError) {
        try decoded.decode(stream, range: 0..<stream.count / 2)
      } catch {
        guard case .truncated(let rows) = error else { throw error }
        #expect((20...25).contains(rows))
        throw error
      }
    }
  }

  @Test(arguments: PictureKind.allCases)
  func additionalBytesAreAnError(kind: PictureKind) throws {
    let tile = kind.tile(shape)
    let stream = tile.encoded()
    for count in 1...9 {
      let longer = stream + [UInt8](repeating: 0, count: count)
      var decoded = tile.blank()
      #expect(throws: ExactStreamError.unbalanced) {
        try decoded.decode(longer, range: longer.indices)
      }
    }
  }

  /// Such a stream gives samples, wrong or right, or an error.
  @Test(arguments: PictureKind.allCases)
  func changedBytesNeverTrap(kind: PictureKind) {
    let tile = kind.tile(shape)
    let stream = tile.encoded()
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<400 {
      var damaged = stream
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        damaged[Int.random(in: damaged.indices, using: &generator)] = UInt8.random(
          in: 0...255, using: &generator)
      }
      var decoded = tile.blank()
      try? decoded.decode(damaged, range: damaged.indices)
      #expect(decoded.samples.count == tile.samples.count)
    }
  }

  @Test(arguments: [1, 8, 16], 1...4)
  func bytesOfNothingNeverTrap(depth: Int, planes: Int) {
    var generator = SeededGenerator(seed: 3)
    let shape = ExactTileShape(width: 40, height: 40, planes: planes, depth: depth)
    for length in 0..<300 {
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
      var decoded = PictureKind.constant.tile(shape)
      try? decoded.decode(bytes, range: bytes.indices)
      let inRange = decoded.samples.allSatisfy { Int($0) < 1 << depth }
      #expect(inRange)
    }
  }
}
