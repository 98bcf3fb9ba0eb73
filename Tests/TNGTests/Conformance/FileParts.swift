import Container

/// A file taken apart, to be put together in another way.
struct FileParts {
  var header: FileHeader
  var chunks: [(type: ChunkType, payload: [UInt8])]
  var frame: FrameHeader
  /// Of each layer of the frame, the streams of its tiles.
  var layers: [[[UInt8]]]

  init(_ file: [UInt8]) throws {
    let parsed = try ContainerFile(parsing: file)
    header = parsed.header
    chunks = parsed.chunks.map { (type: $0.type, payload: Array(file[$0.payload])) }
    frame = parsed.frames[0].header
    layers = parsed.frames[0].layers.map { layer in
      layer.lengths.indices.map { tile in
        layer.stream(of: tile, in: file).map { Array(file[$0.range]) } ?? []
      }
    }
  }

  /// The file, with check values that fit.
  var file: [UInt8] {
    ContainerFile.write(header: header, chunks: chunks, frame: frame, layers: layers)
  }

  /// The streams of the latents, which are the last layer.
  var latents: [[UInt8]] {
    get { layers[layers.count - 1] }
    set { layers[layers.count - 1] = newValue }
  }

  func with(_ change: (inout FileParts) -> Void) -> [UInt8] {
    var copy = self
    change(&copy)
    return copy.file
  }
}
