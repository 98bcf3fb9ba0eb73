package import Bytes

/// The header, metadata chunks and frames of a file: Format.md, section 2.
package struct ContainerFile: Sendable {
  package let bytes: [UInt8]
  package let header: FileHeader
  /// The metadata chunks in their order; unknown optional ones are left out.
  package let chunks: [Chunk]
  /// The frames whose headers and tables have arrived.
  package let frames: [Frame]

  /// The number of chunks that an encoder may write.
  package static let maximumChunks = 64

  /// Reads a file. ``write(header:chunks:frame:layers:)`` is the inverse.
  ///
  /// Check values of tiles are left to those who read them (``FrameLayer/stream(of:in:)``).
  ///
  /// - Parameters:
  ///   - maximumChunks: the number of chunks to read at most.
  ///   - allowsPartial: accept a file that is cut behind its header, or whose chunks are damaged.
  package init(
    parsing bytes: [UInt8], maximumChunks: Int = ContainerFile.maximumChunks,
    allowsPartial: Bool = false
  ) throws(FormatError) {
    try self.init(
      parsing: bytes, maximumChunks: maximumChunks, extent: allowsPartial ? .partial : .whole)
  }

  /// Reads as much of a file as `extent` says.
  package init(
    parsing bytes: [UInt8], maximumChunks: Int = ContainerFile.maximumChunks, extent: FileExtent
  ) throws(FormatError) {
    let allowsPartial = extent == .partial
    self.bytes = bytes
    var reader = ByteReader(bytes)
    header = try FileHeader(parsing: &reader)
    let headerBytes = bytes[..<reader.offset]
    var chunks: [Chunk] = []
    var frames: [Frame] = []
    do throws(FormatError) {
      try Self.readChunks(
        &reader, after: headerBytes, maximum: maximumChunks, allowsPartial: allowsPartial, &chunks)
      try Self.checkSupport(of: header)
      frames.append(
        try Frame(parsing: &reader, of: header, after: headerBytes, extent: extent))
      guard reader.remaining == 0 || extent != .whole else {
        throw FormatError(
          .trailingBytes, offset: reader.offset, value: UInt64(reader.remaining))
      }
    } catch {
      guard allowsPartial, error.kind == .truncated else { throw error }
    }
    self.chunks = chunks
    self.frames = frames
  }

  /// Reads chunks up to the first frame.
  private static func readChunks(
    _ reader: inout ByteReader, after header: ArraySlice<UInt8>, maximum: Int, allowsPartial: Bool,
    _ chunks: inout [Chunk]
  ) throws(FormatError) {
    var count = 0
    while true {
      guard reader.remaining > 0 else { throw FormatError(.truncated, offset: reader.end) }
      let start = reader.offset
      if reader.bytes[start] == FrameHeader.mark { return }
      count += 1
      guard count <= maximum else { throw FormatError(.tooManyChunks, offset: start) }
      let chunk = try Chunk(parsing: &reader, after: header, allowsPartial: allowsPartial)
      if chunks.contains(where: { $0.type == chunk.type }) {
        throw FormatError(.duplicateChunk, in: chunk.type.part, offset: start)
      }
      guard chunk.type.isKnown || !chunk.type.isRequired else {
        throw FormatError(
          .unsupportedChunk, in: .chunk, offset: start, value: UInt64(chunk.type.rawValue))
      }
      if chunk.type.isKnown { chunks.append(chunk) }
    }
  }

  /// Refuses, by name, features of the format that this version does not decode.
  private static func checkSupport(of header: FileHeader) throws(FormatError) {
    let start = FileHeader.signature.count + 1
    guard header.frameCount == 1 else {
      throw FormatError(
        .unsupportedFrames, in: .header, offset: start, value: UInt64(header.frameCount))
    }
  }

  init(_ file: ContainerFile, bytes: [UInt8], frames: [Frame]) {
    self.bytes = bytes
    header = file.header
    chunks = file.chunks
    self.frames = frames
  }

  /// The chunk of a type, if the file has it.
  package func chunk(_ type: ChunkType) -> Chunk? { chunks.first { $0.type == type } }

  /// The bytes of a file of one frame.
  ///
  /// - Parameter layers: of each layer of `frame`, in its order, the streams of the tiles.
  package static func write(
    header: FileHeader, chunks: [(type: ChunkType, payload: [UInt8])], frame: FrameHeader,
    layers: [[[UInt8]]]
  ) -> [UInt8] {
    header.serialized(with: chunks)
      + Frame.write(frame, layers: layers, after: header.serialized)
  }
}

extension FileHeader {
  /// The bytes of the header and of metadata chunks after it.
  package func serialized(with chunks: [(type: ChunkType, payload: [UInt8])]) -> [UInt8] {
    chunks.reduce(serialized) { $0 + Chunk.write($1.type, $1.payload, after: serialized) }
  }
}
