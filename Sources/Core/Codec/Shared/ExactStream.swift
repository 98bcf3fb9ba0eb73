import Bytes
import EntropyCoding
import ExactCoding

/// The stream of a tile of exact samples: which blocks it has, then their samples (Format.md,
/// section 7).
enum ExactStream {
  /// The bytes of a stream at least.
  static let leastBytes = 2

  /// What follows the first byte.
  private enum Coverage {
    static let all: UInt8 = 0
    static let map: UInt8 = 1
  }

  /// What has arrived of a tile.
  struct Decoded {
    var tile: ExactTile
    /// The rows that have arrived.
    var rows: Int

    /// Whether a pixel is in the stream.
    @inline(__always)
    func isCoded(_ row: Int, _ column: Int) -> Bool {
      guard let blocks = tile.shape.codedBlocks else { return true }
      let side = ExactTileShape.blockSide
      return blocks[row / side * tile.shape.blockColumns + column / side]
    }
  }

  /// ``decode(_:_:width:height:planes:depth:allowsPartial:)`` is the inverse.
  static func encode(_ tile: ExactTile) -> [UInt8] {
    guard let blocks = tile.shape.codedBlocks, blocks.contains(false) else {
      return [Coverage.all] + tile.encoded()
    }
    let shape = mapShape(tile.shape.blockColumns, tile.shape.blockRows)
    let map = ExactTile(shape: shape, samples: blocks.map { $0 ? 1 : 0 }).encoded()
    var bytes = [Coverage.map]
    bytes.append(varint: map.count)
    return bytes + map + tile.encoded()
  }

  /// Reads a tile. Without `allowsPartial`, all rows have arrived.
  static func decode(
    _ bytes: [UInt8], _ range: Range<Int>, width: Int, height: Int, planes: Int, depth: Int,
    allowsPartial: Bool
  ) throws(StreamError) -> Decoded {
    var reader = ByteReader(bytes, range: range)
    var shape = ExactTileShape(width: width, height: height, planes: planes, depth: depth)
    var rows = 0
    do throws(StreamError) {
      let blocks = try readCoverage(&reader, shape)
      shape = ExactTileShape(
        width: width, height: height, planes: planes, depth: depth, codedBlocks: blocks)
      rows = height
    } catch {
      guard allowsPartial else { throw error }
    }
    var tile = ExactTile(
      shape: shape, samples: [UInt16](repeating: 0, count: shape.sampleCount))
    guard rows > 0 else { return Decoded(tile: tile, rows: 0) }
    do throws(ExactStreamError) {
      try tile.decode(bytes, range: reader.offset..<range.upperBound)
    } catch {
      guard allowsPartial else { throw StreamError(error) }
      rows = error.soundRows(of: height)
    }
    return Decoded(tile: tile, rows: rows)
  }

  /// Which blocks a stream has of a tile; nil for all.
  static func blocks(
    _ bytes: [UInt8], _ range: Range<Int>, of shape: ExactTileShape
  ) throws(StreamError) -> [Bool]? {
    var reader = ByteReader(bytes, range: range)
    return try readCoverage(&reader, shape)
  }

  /// Which blocks the stream has; nil for all.
  private static func readCoverage(
    _ reader: inout ByteReader, _ shape: ExactTileShape
  ) throws(StreamError) -> [Bool]? {
    guard let coverage = try? reader.u8() else { throw .truncated }
    guard coverage <= Coverage.map else { throw .invalid }
    guard coverage == Coverage.map else { return nil }
    guard let length = try? reader.varint(), let range = try? reader.take(length) else {
      throw .truncated
    }
    let mapShape = mapShape(shape.blockColumns, shape.blockRows)
    var map = ExactTile(
      shape: mapShape, samples: [UInt16](repeating: 0, count: mapShape.sampleCount))
    do throws(ExactStreamError) {
      try map.decode(reader.bytes, range: range)
    } catch {
      throw StreamError(error)
    }
    return map.samples.map { $0 != 0 }
  }

  private static func mapShape(_ columns: Int, _ rows: Int) -> ExactTileShape {
    ExactTileShape(width: columns, height: rows, planes: 1, depth: 1)
  }
}

extension ExactStreamError {
  /// The rows of a tile that can be shown all the same.
  fileprivate func soundRows(of height: Int) -> Int {
    switch self {
    case .truncated(let rows): rows
    case .unbalanced: height
    case .paletteTooLarge: 0
    }
  }
}

extension StreamError {
  fileprivate init(_ error: ExactStreamError) {
    self =
      switch error {
      case .truncated: .truncated
      case .unbalanced: .unbalanced
      case .paletteTooLarge: .invalid
      }
  }
}
