import Container
import EntropyCoding
package import Models
package import Neural
package import Pixels

/// Pixels to coded tiles: analysis, quantisation and entropy coding.
package struct PictureEncoder: Sendable {
  package let model: Model
  package let execution: Execution
  let quantization: Quantization
  let interruption: Interruption?
  private let onStep: (@Sendable () -> Void)?

  /// - Parameter onStep: called after each of the ``stepCount(width:height:)`` steps, on any
  ///   thread.
  package init(
    model: Model, execution: Execution, quantization: Quantization = .rateDistortionOptimized,
    interruption: Interruption? = nil, onStep: (@Sendable () -> Void)? = nil
  ) {
    self.interruption = interruption
    self.onStep = onStep
    self.model = model
    self.execution = execution
    self.quantization = quantization
  }

  /// The steps of encoding a picture: of each tile its passes of refinement, and coding it.
  package func stepCount(width: Int, height: Int) -> Int {
    let passes =
      switch quantization {
      case .nearest, .rateDistortionOptimized: 0
      case .refined(let refinement): refinement.passes
      }
    return TileGrid(width: width, height: height).count * (passes + 1)
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

    /// The decoded latents.
    package consuming func takeDecoded() -> Tensor { decoded }
  }

  /// Codes the colours of a picture at a quality level.
  ///
  /// - Parameter blocks: those that are exact, which the latents leave out; nil for none.
  /// - Throws: ``CodecError/cancelled``.
  package func encode(
    _ pixels: PixelBuffer, beside blocks: BlockMap? = nil, level: Int
  ) throws(CodecError) -> Latents {
    let source = blocks.map { pixels.continued(over: $0) } ?? pixels
    let latents = Analysis(model: model, execution: execution).latents(of: source, level: level)
    try Feedback(model: model, level: level, execution: execution, interruption: interruption)?
      .improve(latents, of: source, level: level)
    let decoded = execution.tensor(
      rows: latents.rows, columns: latents.columns, channels: latents.channels)
    let grid = TileGrid(width: pixels.width, height: pixels.height)
    let parts = (0..<grid.count).map { blocks?.tile($0, of: grid) }
    for (index, blocks) in parts.enumerated() where blocks?.isAllExact == true {
      // As its neighbours will see it.
      latents.clear(TileArea(grid, index, model.geometry))
    }
    let streams = execution.map(grid.count) { index, inner -> [UInt8] in
      guard interruption?.isCancelled() != true else { return [] }
      let area = TileArea(grid, index, model.geometry)
      guard parts[index]?.isAllExact != true else {
        decoded.clear(area)
        return []
      }
      let encoder = LatentEncoder(
        model: model, execution: inner, quantization: quantization,
        sent: parts[index].map { SentLatents(beside: $0, area, model.geometry) },
        interruption: interruption, onStep: onStep)
      let tile = encode(latents, area, encoder, pixels, blocks, level: level)
      decoded.replace(
        row: area.rows.lowerBound, column: area.columns.lowerBound, with: tile.decoded)
      onStep?()
      return tile.stream.finish()
    }
    try interruption?.checkCancellation()
    return Latents(streams: streams, decoded: decoded)
  }

  private func encode(
    _ latents: borrowing Tensor, _ area: TileArea, _ encoder: LatentEncoder, _ pixels: PixelBuffer,
    _ blocks: BlockMap?, level: Int
  ) -> LatentEncoder.Tile {
    guard case .refined(let refinement) = quantization else {
      return encoder.encode(latents.window(area))
    }
    let settings = LatentRefiner.Settings(
      model: model, refinement: refinement, level: level, source: pixels, exact: blocks)
    return encoder.encode(latents, tile: area, settings)
  }
}
