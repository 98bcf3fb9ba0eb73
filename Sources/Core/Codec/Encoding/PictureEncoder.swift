import Container
import EntropyCoding
package import Neural
package import Pixels

/// Pixels to coded tiles: analysis, quantisation and entropy coding.
package struct PictureEncoder: Sendable {
  let model: Model
  let execution: Execution
  let quantization: Quantization

  package init(
    model: Model, execution: Execution, quantization: Quantization = .rateDistortionOptimized
  ) {
    self.model = model
    self.execution = execution
    self.quantization = quantization
  }

  /// A picture's coded latents.
  package struct Latents: ~Copyable {
    /// One stream a tile, in raster order.
    package let streams: [[UInt8]]
    /// The latents as a decoder will have them.
    private let decoded: Tensor

    fileprivate init(streams: [[UInt8]], decoded: consuming Tensor) {
      self.streams = streams
      self.decoded = decoded
    }

    /// The decoded latents, for ``PictureDecoder/reconstruct(_:header:alpha:)``.
    package consuming func takeDecoded() -> Tensor { decoded }
  }

  /// Codes the colours of a picture at a quality level.
  package func encode(_ pixels: PixelBuffer, level: Int) -> Latents {
    let latents = Analysis(model: model, execution: execution).latents(of: pixels, level: level)
    let decoded = execution.tensor(
      rows: latents.rows, columns: latents.columns, channels: latents.channels)
    let grid = TileGrid(width: pixels.width, height: pixels.height)
    let streams = execution.map(grid.count) { index, inner in
      let area = TileArea(grid, index)
      let encoder = LatentEncoder(model: model, execution: inner, quantization: quantization)
      let tile = encode(latents, area, encoder, pixels, level: level)
      decoded.replace(
        row: area.rows.lowerBound, column: area.columns.lowerBound, with: tile.decoded)
      return tile.stream.finish()
    }
    return Latents(streams: streams, decoded: decoded)
  }

  private func encode(
    _ latents: borrowing Tensor, _ area: TileArea, _ encoder: LatentEncoder, _ pixels: PixelBuffer,
    level: Int
  ) -> LatentEncoder.Tile {
    guard case .refined(let refinement) = quantization else {
      return encoder.encode(latents.window(area))
    }
    let settings = LatentRefiner.Settings(
      model: model, refinement: refinement, level: level, source: pixels)
    return encoder.encode(latents, tile: area, settings)
  }
}
