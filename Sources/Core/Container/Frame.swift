import Bytes

/// One picture of a file: its header and its layers.
package struct Frame: Sendable {
  package let header: FrameHeader
  /// Where the frame begins.
  package let offset: Int
  /// The layers whose tables have arrived, in their order.
  package let layers: [FrameLayer]

  /// Reads a frame.
  ///
  /// - Parameter allowsPartial: whether the file may end before the frame does. Its header is there.
  init(
    parsing reader: inout ByteReader, of canvas: FileHeader, after canvasBytes: ArraySlice<UInt8>,
    allowsPartial: Bool
  ) throws(FormatError) {
    offset = reader.offset
    header = try FrameHeader(parsing: &reader, of: canvas)
    var crc = CRC32C()
    crc.update(canvasBytes)
    crc.update(reader.bytes[offset..<reader.offset])
    var layers: [FrameLayer] = []
    do throws(FormatError) {
      for kind in header.layers {
        layers.append(
          try FrameLayer(
            kind, parsing: &reader, count: canvas.grid.count, after: crc,
            allowsPartial: allowsPartial))
      }
    } catch {
      guard allowsPartial, error.kind == .truncated else { throw error }
    }
    self.layers = layers
  }

  /// A layer, if its table has arrived.
  package func layer(_ kind: LayerKind) -> FrameLayer? { layers.first { $0.kind == kind } }
}
