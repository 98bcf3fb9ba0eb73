/// The header and the chunks of a file.
package struct ContainerFile: Sendable {
  package let bytes: [UInt8]
  package let header: FileHeader
  /// The chunks in their order; unknown optional ones are left out.
  package let chunks: [Chunk]

  /// The number of chunks that an encoder may write.
  package static let maximumChunks = 64

  /// Reads a file. ``write(header:chunks:)`` is the inverse.
  ///
  /// - Parameters:
  ///   - maximumChunks: the number of chunks to read at most.
  ///   - allowsPartial: accept a file that is cut or damaged behind its header. What is affected is marked as not intact.
  package init(
    parsing bytes: [UInt8], maximumChunks: Int = ContainerFile.maximumChunks,
    allowsPartial: Bool = false
  ) throws(ContainerError) {
    self.bytes = bytes
    var reader = ByteReader(bytes)
    header = try FileHeader(parsing: &reader)
    let headerBytes = bytes[..<reader.offset]
    var chunks: [Chunk] = []
    var count = 0
    while chunks.last?.type != .latents {
      if allowsPartial, reader.remaining == 0 { break }
      count += 1
      guard count <= maximumChunks else { throw .tooManyChunks(offset: reader.offset) }
      let start = reader.offset
      do throws(ContainerError) {
        let chunk = try Self.readChunk(&reader, after: headerBytes, allowsPartial: allowsPartial)
        try Self.check(chunk, against: chunks, header: header, offset: start)
        if ChunkType.known.contains(chunk.type) { chunks.append(chunk) }
      } catch {
        guard allowsPartial, case .truncated = error else { throw error }
        break
      }
    }
    if !allowsPartial, reader.remaining > 0 { throw .trailingBytes(offset: reader.offset) }
    self.chunks = chunks
  }

  private static func readChunk(
    _ reader: inout ByteReader, after header: ArraySlice<UInt8>, allowsPartial: Bool
  ) throws(ContainerError) -> Chunk {
    let start = reader.offset
    let type = ChunkType(rawValue: try reader.u8())
    guard type.isLetter else { throw .badChunkType(type.rawValue, offset: start) }
    let length = try reader.varint()
    if allowsPartial, reader.remaining - 4 < length {
      let payload = try reader.take(min(length, reader.remaining))
      _ = try reader.take(reader.remaining)
      return Chunk(type: type, payload: payload, announcedSize: length, condition: .cut)
    }
    let payload = try reader.take(length)
    var crc = CRC32C()
    crc.update(header)
    crc.update(reader.bytes[start..<payload.upperBound])
    let isIntact = try reader.u32() == crc.value
    guard isIntact || allowsPartial else {
      throw .checksumMismatch(chunk: type, offset: start)
    }
    return Chunk(
      type: type, payload: payload, announcedSize: length,
      condition: isIntact ? .intact : .damaged)
  }

  private static func check(
    _ chunk: Chunk, against chunks: [Chunk], header: FileHeader, offset: Int
  ) throws(ContainerError) {
    if chunks.contains(where: { $0.type == chunk.type }) {
      throw .duplicate(chunk: chunk.type, offset: offset)
    }
    if chunk.type.isRequired, !ChunkType.known.contains(chunk.type) {
      throw .unknownRequired(chunk: chunk.type, offset: offset)
    }
    if chunk.type == .alpha, !header.hasAlpha { throw .unexpectedAlpha(offset: offset) }
  }

  /// The chunk of a type, if the file has it.
  package func chunk(_ type: ChunkType) -> Chunk? { chunks.first { $0.type == type } }

  /// The bytes of a file.
  package static func write(
    header: FileHeader, chunks: [(type: ChunkType, payload: [UInt8])]
  ) -> [UInt8] {
    let headerBytes = header.serialized
    var file = headerBytes
    for (type, payload) in chunks {
      let start = file.count
      file.append(type.rawValue)
      file.append(varint: payload.count)
      file += payload
      var crc = CRC32C()
      crc.update(headerBytes[...])
      crc.update(file[start...])
      file.append(u32: crc.value)
    }
    return file
  }
}
