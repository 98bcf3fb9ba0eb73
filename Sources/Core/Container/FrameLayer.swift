import Bytes

/// A layer of a frame: the streams of its tiles, by their places in the bytes (Format.md, section 3).
package struct FrameLayer: Sendable {
  package let kind: LayerKind
  /// Where the table of lengths begins.
  package let offset: Int
  /// Of each tile in raster order, the bytes of its stream; 0 if it has nothing in this layer.
  package let lengths: [Int]
  /// Where the streams begin that have begun to arrive; the table's end comes first.
  private let starts: [Int]
  /// Where the file ends, or the layer if that is earlier.
  package let end: Int

  /// Reads the table of a layer. ``write(_:_:after:)`` is the inverse.
  ///
  /// - Parameters:
  ///   - count: the number of tiles. Memory is taken for those alone whose lengths are in the file.
  ///   - headers: the bytes of the file's header and the frame's, which the check value covers.
  ///   - allowsPartial: whether the file may end before the last stream does.
  init(
    _ kind: LayerKind, parsing reader: inout ByteReader, count: Int, after headers: CRC32C,
    allowsPartial: Bool
  ) throws(FormatError) {
    self.kind = kind
    offset = reader.offset
    guard reader.remaining >= count else { throw FormatError(.truncated, offset: reader.end) }
    lengths = try Self.readLengths(kind, &reader, count: count, after: headers)
    var starts: [Int] = []
    for length in lengths {
      starts.append(reader.offset)
      guard length > 0 else { continue }
      if allowsPartial, reader.remaining - Self.checkSize < length {
        _ = try reader.take(reader.remaining)
        break
      }
      _ = try reader.take(length)
      _ = try reader.take(Self.checkSize)
    }
    self.starts = starts
    end = reader.offset
  }

  private static func readLengths(
    _ kind: LayerKind, _ reader: inout ByteReader, count: Int, after headers: CRC32C
  ) throws(FormatError) -> [Int] {
    let start = reader.offset
    var lengths: [Int] = []
    for _ in 0..<count { lengths.append(try reader.varint()) }
    var crc = headers
    crc.update([kind.rawValue])
    crc.update(reader.bytes[start..<reader.offset])
    guard try reader.u32() == crc.value else {
      throw FormatError(.checksumMismatch, in: kind.part, offset: start)
    }
    return lengths
  }

  /// The bytes of a check value.
  package static let checkSize = 4

  /// Where a tile's stream begins, or the layer's end if it has not arrived.
  package func offset(of tile: Int) -> Int { tile < starts.count ? starts[tile] : end }

  /// What has arrived of a tile's stream; nil if nothing has, or if it has nothing in this layer.
  package func stream(of tile: Int, in bytes: [UInt8]) -> TileStream? {
    guard tile < starts.count, lengths[tile] > 0 else { return nil }
    let (start, length) = (starts[tile], lengths[tile])
    guard end - start - Self.checkSize >= length else {
      return TileStream(range: start..<min(start + min(length, end - start), end), condition: .cut)
    }
    let range = start..<start + length
    var check = ByteReader(bytes, range: range.upperBound..<range.upperBound + Self.checkSize)
    let isWhole = try? check.u32() == CRC32C.of(bytes[range])
    return TileStream(range: range, condition: isWhole == true ? .whole : .damaged)
  }

  /// The bytes that the streams and their check values take, or should.
  package var announcedBytes: UInt64 {
    lengths.reduce(0) { $0 &+ ($1 > 0 ? UInt64($1) &+ UInt64(Self.checkSize) : 0) }
  }

  /// The bytes of a layer with one stream a tile; an empty one for a tile that has nothing in it.
  static func write(_ kind: LayerKind, _ streams: [[UInt8]], after headers: CRC32C) -> [UInt8] {
    var bytes: [UInt8] = []
    for stream in streams { bytes.append(varint: stream.count) }
    var crc = headers
    crc.update([kind.rawValue])
    crc.update(bytes[...])
    bytes.append(u32: crc.value)
    for stream in streams where !stream.isEmpty {
      bytes += stream
      bytes.append(u32: CRC32C.of(stream))
    }
    return bytes
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
