import Bytes

/// One picture of a file: its header and its layers (Format.md, section 3).
package struct Frame: Sendable {
  package let header: FrameHeader
  /// Where the frame begins.
  package let offset: Int
  /// Where the streams begin: behind the table of lengths.
  package let streamsOffset: Int
  /// The layers, in the order of ``FrameHeader/layers``.
  package let layers: [FrameLayer]
  /// Where the frame ends in a whole file.
  package let announcedEnd: UInt64

  /// Reads a frame. ``write(_:layers:after:)`` is the inverse.
  ///
  /// - Parameters:
  ///   - canvas: the file's header.
  ///   - canvasBytes: its bytes, which the check value of the table covers.
  ///   - extent: how much of the file must be there.
  init(
    parsing reader: inout ByteReader, of canvas: FileHeader, after canvasBytes: ArraySlice<UInt8>,
    extent: FileExtent
  ) throws(FormatError) {
    offset = reader.offset
    header = try FrameHeader(parsing: &reader, of: canvas)
    let (tableOffset, count) = (reader.offset, header.layers.count)
    let lengths = try Self.readTable(
      &reader, tiles: canvas.grid.count, layers: count, frame: offset, after: canvasBytes)
    streamsOffset = reader.offset
    let (starts, end) =
      extent == .head
      ? try Self.placeStreams(lengths, from: reader.offset)
      : try Self.findStreams(&reader, lengths, allowsPartial: extent == .partial)
    layers = header.layers.enumerated().map { number, kind in
      let own = { (values: [Int]) in
        stride(from: number, to: values.count, by: count).map { values[$0] }
      }
      return FrameLayer(
        kind, tableOffset: tableOffset, lengths: own(lengths), starts: own(starts), end: end)
    }
    announcedEnd = lengths.reduce(UInt64(streamsOffset)) { sum, length in
      sum &+ (length > 0 ? UInt64(length) &+ UInt64(FrameLayer.checkSize) : 0)
    }
  }

  /// Of each tile in raster order, and in it of each layer, the bytes of the stream.
  ///
  /// Memory is allocated for lengths that are in the file only, whatever the header says.
  private static func readTable(
    _ reader: inout ByteReader, tiles: Int, layers: Int, frame: Int, after canvas: ArraySlice<UInt8>
  ) throws(FormatError) -> [Int] {
    guard reader.remaining / layers >= tiles else {
      throw FormatError(.truncated, offset: reader.end)
    }
    var lengths: [Int] = []
    for _ in 0..<tiles * layers { lengths.append(try reader.varint()) }
    var crc = CRC32C()
    crc.update(canvas)
    crc.update(reader.bytes[frame..<reader.offset])
    guard try reader.u32() == crc.value else {
      throw FormatError(.checksumMismatch, in: .frame, offset: frame)
    }
    return lengths
  }

  /// Where the streams begin that have begun to arrive.
  private static func findStreams(
    _ reader: inout ByteReader, _ lengths: [Int], allowsPartial: Bool
  ) throws(FormatError) -> (starts: [Int], end: Int) {
    var starts: [Int] = []
    for length in lengths {
      starts.append(reader.offset)
      guard length > 0 else { continue }
      if allowsPartial, reader.remaining - FrameLayer.checkSize < length {
        _ = try reader.take(reader.remaining)
        break
      }
      _ = try reader.take(length)
      _ = try reader.take(FrameLayer.checkSize)
    }
    return (starts, reader.offset)
  }

  /// Where the streams are in the whole file, whether they have arrived or not.
  private static func placeStreams(
    _ lengths: [Int], from offset: Int
  ) throws(FormatError) -> (starts: [Int], end: Int) {
    var (starts, end): ([Int], Int) = ([], offset)
    for length in lengths {
      starts.append(end)
      guard length > 0 else { continue }
      guard length <= Int.max - FrameLayer.checkSize - end else {
        throw FormatError(.sizeOutOfRange, in: .frame, offset: offset)
      }
      end += length + FrameLayer.checkSize
    }
    return (starts, end)
  }

  /// The frame with other places of its streams.
  init(_ frame: Frame, layers: [FrameLayer]) {
    header = frame.header
    offset = frame.offset
    streamsOffset = frame.streamsOffset
    announcedEnd = frame.announcedEnd
    self.layers = layers
  }

  /// A layer, if the frame has it.
  package func layer(_ kind: LayerKind) -> FrameLayer? { layers.first { $0.kind == kind } }

  /// The bytes of a frame.
  ///
  /// - Parameters:
  ///   - layers: of each layer of `header`, in its order, the streams of the tiles; an empty one
  ///     where a tile has nothing in the layer.
  ///   - canvas: the bytes of the file's header.
  static func write(
    _ header: FrameHeader, layers: [[[UInt8]]], after canvas: [UInt8]
  ) -> [UInt8] {
    precondition(layers.count == header.layers.count, "a layer lacks its streams")
    let tiles = layers.first?.indices ?? 0..<0
    let streams = tiles.flatMap { tile in layers.map { $0[tile] } }
    var bytes = header.serialized
    for stream in streams { bytes.append(varint: stream.count) }
    var crc = CRC32C()
    crc.update(canvas[...])
    crc.update(bytes[...])
    bytes.append(u32: crc.value)
    for stream in streams where !stream.isEmpty {
      bytes += stream
      bytes.append(u32: CRC32C.of(stream))
    }
    return bytes
  }
}
