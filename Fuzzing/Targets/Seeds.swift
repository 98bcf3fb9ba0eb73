import Codec
import Container
import Models
import Neural
import Pixels
import TestSupport

extension FuzzTarget {
  /// Inputs to start from, by name.
  package func seeds() throws -> [(name: String, bytes: [UInt8])] {
    switch self {
    case .container: try files(modelID: 0) + losslessFiles()
    case .decoder:
      try files(modelID: 0) + losslessFiles()
        + files(modelID: 1).map { ("trained-" + $0.name, $0.bytes) }
    case .library:
      // Size of a piece, threads, channels, depth, padding, file.
      try files(modelID: 1).filter { $0.name.hasSuffix("20x10.tng") }.enumerated().map {
        ($1.name, [UInt8($0), 1, UInt8($0), UInt8($0), 3] + $1.bytes)
      }
    case .weights: [("small", SmallModel().weights())]
    case .entropy:
      // Streams of any bytes, values of any bytes.
      [0, 1].map { kind in
        (kind == 0 ? "stream" : "values", [kind] + noise(count: 200))
      }
    case .exact:
      [0, 1].flatMap { kind in exactTiles(kind) }
    case .roundTrip:
      // Level, format, width, height, samples.
      PixelFormat.allCases.indices.map { format in
        ("format-\(format)", [40, UInt8(format), 30, 20] + noise(count: 60))
      }
    }
  }

  private func noise(count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 * $0 * 31 + $0 * 7) }
  }

  /// Tiles to decode (0) or to code (1): width, height, planes, depth, which blocks are coded; then
  /// a stream or samples.
  private func exactTiles(_ kind: UInt8) -> [(name: String, bytes: [UInt8])] {
    let name = kind == 0 ? "stream" : "samples"
    let shapes: [(planes: UInt8, depth: UInt8, blocks: UInt8)] = [
      (1, 16, 0), (3, 8, 0), (4, 8, 90),
    ]
    return shapes.map { shape in
      let head: [UInt8] = [kind, 39, 20, shape.planes - 1, shape.depth - 1, shape.blocks]
      return ("\(name)-\(shape.planes)x\(shape.depth)", head + noise(count: 200))
    }
  }

  /// Files of exact samples alone.
  private func losslessFiles() throws -> [(name: String, bytes: [UInt8])] {
    try PixelFormat.allCases.map { format in
      let pixels = PixelBuffer(
        width: 20, height: 10, format: format, samples: noise(count: 200 * format.channels))
      let header = FileHeader(
        isGray: format.isGray, hasAlpha: format.hasAlpha, width: 20, height: 10)
      let kinds = [ExactLayer.alpha(of: header), .colors(of: header)].dropFirst(
        format.hasAlpha ? 0 : 1)
      let file = ContainerFile.write(
        header: header, chunks: [], frame: FrameHeader(layers: kinds.map(\.kind)),
        layers: try kinds.map { try $0.encode(pixels, on: Execution()) })
      return ("lossless-\(format)-20x10.tng", file)
    }
  }

  /// Files of the small model that name the model that the decoder's target is to take them for.
  private func files(modelID: UInt32) throws -> [(name: String, bytes: [UInt8])] {
    // Plain rounding, so that seeds stay the same when the encoder gets better.
    let codec = ReferenceCodec(
      model: try SmallModel.model.get(), execution: .init(), quantization: .nearest)
    return try PixelFormat.allCases.flatMap { format in
      try [(20, 10), (1030, 3)].map { width, height in
        let pixels = PixelBuffer(
          width: width, height: height, format: format,
          samples: noise(count: width * height * format.channels))
        let file = try ContainerFile(parsing: codec.encode(pixels, level: 31).file)
        var header = file.frames[0].header
        header.modelID = modelID
        let metadata: [(type: ChunkType, payload: [UInt8])] =
          width == 20 ? [(.iccProfile, [1, 2, 3]), (.exif, []), (.xmp, [4])] : []
        let layers = file.frames[0].layers.map { layer in
          layer.lengths.indices.map { tile in
            layer.stream(of: tile, in: file.bytes).map { Array(file.bytes[$0.range]) } ?? []
          }
        }
        return (
          "\(format)-\(width)x\(height).tng",
          ContainerFile.write(
            header: file.header, chunks: metadata, frame: header, layers: layers)
        )
      }
    }
  }
}
