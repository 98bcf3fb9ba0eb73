import Bytes

/// A layer of a frame: the streams of its tiles, by their places in the bytes (Format.md, section
/// 3).
package struct FrameLayer: Sendable {
  package let kind: LayerKind
  /// Where the frame's table of lengths begins.
  package let tableOffset: Int
  /// Of each tile in raster order, the bytes of its stream; 0 if it has nothing in this layer.
  package let lengths: [Int]
  /// Where the streams begin that have begun to arrive.
  private let starts: [Int]
  /// Where the frame ends, or what has arrived of it.
  private let end: Int

  init(_ kind: LayerKind, tableOffset: Int, lengths: [Int], starts: [Int], end: Int) {
    self.kind = kind
    self.tableOffset = tableOffset
    self.lengths = lengths
    self.starts = starts
    self.end = end
  }

  /// The bytes of a check value.
  package static let checkSize = 4

  /// Where a tile's stream begins, or the end of what has arrived.
  package func offset(of tile: Int) -> Int { tile < starts.count ? starts[tile] : end }

  /// The bytes of a tile's stream and its check value; empty if it has nothing in this layer.
  func announcedRange(of tile: Int) -> Range<Int> {
    let start = offset(of: tile)
    return start..<start + (lengths[tile] > 0 ? lengths[tile] + Self.checkSize : 0)
  }

  /// What has arrived of a tile's stream; nil if nothing has, or if it has nothing in this layer.
  package func stream(of tile: Int, in bytes: [UInt8]) -> TileStream? {
    guard tile < starts.count, lengths[tile] > 0 else { return nil }
    let (start, length) = (starts[tile], lengths[tile])
    guard end - start - Self.checkSize >= length else {
      return TileStream(range: start..<start + min(length, end - start), condition: .cut)
    }
    let range = start..<start + length
    var check = ByteReader(bytes, range: range.upperBound..<range.upperBound + Self.checkSize)
    let isWhole = try? check.u32() == CRC32C.of(bytes[range])
    return TileStream(range: range, condition: isWhole == true ? .whole : .damaged)
  }

  /// The bytes that the streams of some tiles and their check values take, or should.
  package func announcedBytes(of tiles: [Int]) -> UInt64 {
    tiles.reduce(0) { sum, tile in
      sum &+ (lengths[tile] > 0 ? UInt64(lengths[tile]) &+ UInt64(Self.checkSize) : 0)
    }
  }
}

/// What has arrived of a tile's stream.
package struct TileStream: Sendable, Hashable {
  /// Where it is; shorter than it was if it is cut.
  package let range: Range<Int>
  package let condition: Condition

  package enum Condition: Sendable, Hashable {
    /// All of it, and its check value is right.
    case whole
    /// All of it, but its check value is wrong.
    case damaged
    /// Its end, or its check value, has not arrived.
    case cut
  }
}
