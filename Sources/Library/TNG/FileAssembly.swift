import Codec
import Container
import Neural
import Pixels

/// What the files of a picture have in common, whatever codes its colours: header, metadata and
/// alpha.
struct FileAssembly {
  let header: FileHeader
  private let chunks: [(type: ChunkType, payload: [UInt8])]
  /// The streams of the tiles; nil if the picture is opaque.
  private let alpha: [[UInt8]]?

  init(
    _ picture: Picture, on execution: Execution, _ interruption: Interruption
  ) throws(TNGError) {
    header = FileHeader(of: picture.pixels)
    chunks = picture.metadata.chunks
    guard header.hasAlpha else {
      alpha = nil
      return
    }
    let layer = ExactLayer.alpha(of: header, interruption: interruption)
    let streams = try layer.streams(of: picture.pixels, on: execution)
    alpha = streams.contains { !$0.isEmpty } ? streams : nil
  }

  /// The bytes of a file.
  ///
  /// - Parameters:
  ///   - model: the id and the level of the latents' model, if there are latents.
  ///   - layers: the layers of the colours, in the format's order.
  func file(
    model: (id: UInt32, level: Int)?, layers: [(kind: LayerKind, streams: [[UInt8]])]
  ) -> [UInt8] {
    let layers = (alpha.map { [(kind: .alpha, streams: $0)] } ?? []) + layers
    return ContainerFile.write(
      header: header, chunks: chunks,
      frame: FrameHeader(
        layers: layers.map(\.kind), modelID: model?.id ?? 0, level: UInt8(model?.level ?? 0)),
      layers: layers.map(\.streams))
  }
}

extension ExactLayer {
  /// The streams of a picture's tiles.
  func streams(of pixels: PixelBuffer, on execution: Execution) throws(TNGError) -> [[UInt8]] {
    do throws(CodecError) {
      return try encode(pixels, on: execution)
    } catch {
      throw TNGError(error)
    }
  }
}

extension FileHeader {
  init(of pixels: PixelBuffer) {
    self.init(
      isGray: pixels.format.isGray, hasAlpha: pixels.format.hasAlpha, depth: pixels.depth,
      width: pixels.width, height: pixels.height)
  }
}
