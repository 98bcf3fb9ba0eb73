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
  ///
  /// - Parameter coverage: of each tile, its exact blocks. A tile of which they are not known counts
  ///   as missing.
  func decode(
    _ frame: Frame, of file: ContainerFile, beside coverage: [TileCoverage], allowsPartial: Bool
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
      var sent: SentLatents?
      if case .blocks(let blocks) = coverage[tile] {
        sent = SentLatents(beside: blocks, area, model.geometry)
      }
      let decoder = LatentDecoder(
        model: model, execution: inner, sent: sent, interruption: interruption)
      let part = try decoder.decode(
        file.bytes, coverage[tile] == .unknown ? nil : stream, rows: area.rows.count,
        columns: area.columns.count, allowsPartial: allowsPartial)
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
