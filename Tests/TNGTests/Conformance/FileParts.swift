import Container

/// A file taken apart, to be put together in another way.
struct FileParts {
  var header: FileHeader
  var chunks: [(type: ChunkType, payload: [UInt8])]

  init(_ file: [UInt8]) throws {
    let parsed = try ContainerFile(parsing: file)
    header = parsed.header
    chunks = parsed.chunks.map { (type: $0.type, payload: Array(file[$0.payload])) }
  }

  /// The file, with check values that fit.
  var file: [UInt8] { ContainerFile.write(header: header, chunks: chunks) }

  /// The payload of the latents, which are the last chunk.
  var latents: [UInt8] {
    get { chunks[chunks.count - 1].payload }
    set { chunks[chunks.count - 1].payload = newValue }
  }

  func with(_ change: (inout FileParts) -> Void) -> [UInt8] {
    var copy = self
    change(&copy)
    return copy.file
  }
}
