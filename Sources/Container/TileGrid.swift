/// How a picture is divided into tiles: Format.md, section 3.
package struct TileGrid: Sendable, Hashable {
  package let width: Int
  package let height: Int

  /// The side of a tile in pixels.
  package static let tileSide = 1024

  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  package var columns: Int { (width + Self.tileSide - 1) / Self.tileSide }
  package var rows: Int { (height + Self.tileSide - 1) / Self.tileSide }
  package var count: Int { rows * columns }

  /// The pixels of a tile, counted in raster order.
  package func tile(_ index: Int) -> (rows: Range<Int>, columns: Range<Int>) {
    let top = index / columns * Self.tileSide
    let left = index % columns * Self.tileSide
    return (
      top..<min(top + Self.tileSide, height), left..<min(left + Self.tileSide, width)
    )
  }
}

/// The streams of a picture's tiles inside a chunk's payload.
package struct TileStreams: Sendable {
  /// Where each tile's stream is, in raster order; nil for one that is missing or damaged.
  package let ranges: [Range<Int>?]

  /// Finds the streams. ``write(_:)`` is the inverse.
  ///
  /// - Parameters:
  ///   - minimumSize: the bytes of the shortest stream. A payload that cannot hold as many as the grid asks for is refused before
  ///     anything is allocated.
  ///   - allowsPartial: accept missing and damaged tiles.
  package init(
    of chunk: Chunk, in bytes: [UInt8], count: Int, minimumSize: Int, allowsPartial: Bool
  ) throws(ContainerError) {
    guard count > 1 else {
      if !allowsPartial, chunk.payload.count < minimumSize {
        throw .tileTooShort(tile: 0, offset: chunk.payload.lowerBound)
      }
      ranges = [chunk.payload.count >= minimumSize ? chunk.payload : nil]
      return
    }
    // A length, the stream, a check value.
    if !allowsPartial, chunk.payload.count / (minimumSize + 5) < count {
      throw .truncated(offset: chunk.payload.upperBound)
    }
    var reader = ByteReader(bytes, range: chunk.payload)
    var ranges: [Range<Int>?] = []
    for tile in 0..<count {
      do throws(ContainerError) {
        ranges.append(try Self.readTile(tile, &reader, minimumSize: minimumSize))
      } catch {
        guard allowsPartial else { throw error }
        if case .tileChecksumMismatch = error {
          ranges.append(nil)
        } else {
          break
        }
      }
    }
    if !allowsPartial, reader.remaining > 0 { throw .trailingBytes(offset: reader.offset) }
    self.ranges = ranges
  }

  private static func readTile(
    _ tile: Int, _ reader: inout ByteReader, minimumSize: Int
  ) throws(ContainerError) -> Range<Int> {
    let start = reader.offset
    let range = try reader.take(try reader.varint())
    guard range.count >= minimumSize else { throw .tileTooShort(tile: tile, offset: start) }
    guard try reader.u32() == CRC32C.of(reader.bytes[range]) else {
      throw .tileChecksumMismatch(tile: tile, offset: start)
    }
    return range
  }

  /// A tile's stream, or nil when it is missing or damaged.
  package subscript(tile: Int) -> Range<Int>? { tile < ranges.count ? ranges[tile] : nil }

  /// The payload that holds the streams of tiles.
  package static func write(_ streams: [[UInt8]]) -> [UInt8] {
    guard streams.count > 1 else { return streams[0] }
    var payload: [UInt8] = []
    for stream in streams {
      payload.append(varint: stream.count)
      payload += stream
      payload.append(u32: CRC32C.of(stream))
    }
    return payload
  }
}
