/// The stream of a tile, by its place in the bytes.
package struct TileStream: Sendable, Hashable {
  /// Where the stream is; shorter than it was when it is not whole.
  package let range: Range<Int>
  /// Whether all of it has arrived and nothing says that it was changed.
  package let isWhole: Bool

  package init(range: Range<Int>, isWhole: Bool) {
    self.range = range
    self.isWhole = isWhole
  }
}

/// The streams of a picture's tiles inside a chunk's payload: Format.md, section 3.
package struct TileStreams: Sendable {
  /// The streams in raster order, nil for a damaged one; those that have not arrived are left out.
  package let streams: [TileStream?]
  /// The bytes of the payload that have arrived and are not known to be damaged.
  package let soundBytes: Int

  /// Finds the streams. ``write(_:)`` is the inverse.
  ///
  /// - Parameters:
  ///   - count: the number of tiles. A chunk that does not even announce as many bytes as they need is refused before anything is
  ///     allocated.
  ///   - minimumSize: the bytes of the shortest stream.
  ///   - allowsPartial: accept missing, cut and damaged tiles.
  package init(
    of chunk: Chunk, in bytes: [UInt8], count: Int, minimumSize: Int, allowsPartial: Bool
  ) throws(ContainerError) {
    guard count > 1 else {
      streams = [try Self.single(chunk, minimumSize: minimumSize, allowsPartial: allowsPartial)]
      soundBytes = chunk.payload.count
      return
    }
    guard chunk.announcedSize / (minimumSize + Self.overhead) >= count else {
      throw .chunkTooShort(chunk.type, offset: chunk.payload.lowerBound)
    }
    var reader = ByteReader(bytes, range: chunk.payload)
    var streams: [TileStream?] = []
    var soundBytes = 0
    for tile in 0..<count {
      let start = reader
      do throws(ContainerError) {
        let range = try Self.readTile(tile, of: chunk.type, &reader, minimumSize: minimumSize)
        streams.append(TileStream(range: range, isWhole: true))
        soundBytes += reader.offset - start.offset
      } catch {
        guard allowsPartial else { throw error }
        if case .tileChecksumMismatch = error {
          streams.append(nil)
          continue
        }
        if chunk.condition == .cut {
          streams.append(Self.cut(start, minimumSize: minimumSize))
          soundBytes += start.remaining
        }
        break
      }
    }
    if !allowsPartial, reader.remaining > 0 { throw .trailingBytes(offset: reader.offset) }
    self.streams = streams
    self.soundBytes = soundBytes
  }

  /// The least bytes of a tile beside its stream: its length and its check value.
  private static let overhead = 5

  /// The stream of the only tile, which is the payload.
  private static func single(
    _ chunk: Chunk, minimumSize: Int, allowsPartial: Bool
  ) throws(ContainerError) -> TileStream? {
    guard chunk.payload.count < minimumSize else {
      return TileStream(range: chunk.payload, isWhole: chunk.condition == .intact)
    }
    if allowsPartial { return nil }
    throw .tileTooShort(tile: 0, of: chunk.type, offset: chunk.payload.lowerBound)
  }

  private static func readTile(
    _ tile: Int, of chunk: ChunkType, _ reader: inout ByteReader, minimumSize: Int
  ) throws(ContainerError) -> Range<Int> {
    let start = reader.offset
    let size = try reader.varint()
    guard size <= reader.remaining - 4 else {
      throw .tileTooLong(tile: tile, of: chunk, offset: start)
    }
    let range = try reader.take(size)
    guard range.count >= minimumSize else {
      throw .tileTooShort(tile: tile, of: chunk, offset: start)
    }
    guard try reader.u32() == CRC32C.of(reader.bytes[range]) else {
      throw .tileChecksumMismatch(tile: tile, of: chunk, offset: start)
    }
    return range
  }

  /// What has arrived of the tile in which a payload ends.
  private static func cut(_ reader: ByteReader, minimumSize: Int) -> TileStream? {
    var reader = reader
    guard let size = try? reader.varint(),
      let range = try? reader.take(min(size, reader.remaining)), range.count >= minimumSize
    else { return nil }
    return TileStream(range: range, isWhole: false)
  }

  /// What there is of a tile's stream; nil when it is missing or damaged.
  package subscript(tile: Int) -> TileStream? { tile < streams.count ? streams[tile] : nil }

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
