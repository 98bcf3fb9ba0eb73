import Container
import EntropyCoding
package import Models
package import Neural
package import Pixels

/// The latents of a picture to pixels: entropy decoding, dequantisation and synthesis.
package struct NeuralDecoder: Sendable {
  let model: Model
  let execution: Execution
  private let interruption: Interruption?

  package init(model: Model, execution: Execution, interruption: Interruption? = nil) {
    self.model = model
    self.execution = execution
    self.interruption = interruption
  }

  /// Decodes the latents of a frame. Where a tile has none they are zero.
  func decode(
    _ frame: Frame, of file: ContainerFile, allowsPartial: Bool
  ) throws(CodecError) -> Tensor {
    let canvas = file.header
    let decoded = execution.tensor(
      rows: model.geometry.latents(covering: canvas.height),
      columns: model.geometry.latents(covering: canvas.width),
      channels: model.latentChannels)
    let layer = frame.layer(.latents)!
    try LatentLayer(grid: canvas.grid, model: model, exact: frame.layer(.exact)).decodeTiles(
      of: layer, in: file.bytes, allowsPartial: allowsPartial, on: execution
    ) { tile, stream, inner throws(TileError) in
      let area = TileArea(canvas.grid, tile, model.geometry)
      guard layer.lengths[tile] > 0 else { return decoded.clear(area) }
      let part = try LatentDecoder(model: model, execution: inner, interruption: interruption)
        .decode(
          file.bytes, stream, rows: area.rows.count, columns: area.columns.count,
          allowsPartial: allowsPartial)
      decoded.replace(row: area.rows.lowerBound, column: area.columns.lowerBound, with: part)
    }
    return decoded
  }

  /// Writes the colours of decoded latents.
  ///
  /// - Parameters:
  ///   - isGray: whether the three colours are made one.
  ///   - fillsAlpha: whether to make the picture opaque; otherwise alpha is left as it is.
  package func reconstruct(
    _ latents: borrowing Tensor, level: Int, isGray: Bool, fillsAlpha: Bool, to sink: PixelSink
  ) throws(CodecError) {
    try Synthesis(model: model, execution: execution, interruption: interruption).write(
      latents, level: level, isGray: isGray, fillsAlpha: fillsAlpha, to: sink)
  }
}

extension Tensor {
  /// Sets an area to zero.
  fileprivate func clear(_ area: TileArea) {
    for row in area.rows {
      position(row, area.columns.lowerBound).update(
        repeating: 0, count: area.columns.count * channels)
    }
  }
}
