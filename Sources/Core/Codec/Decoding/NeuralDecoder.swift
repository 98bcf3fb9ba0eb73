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

  /// The synthesis of a picture at 1/`reduction`, or at the next larger size that the model has.
  func synthesis(reduction: Int) -> Synthesis {
    Synthesis(
      model: model, reduction: reduction, execution: execution, interruption: interruption)
  }

  /// Decodes the colours of an area of a frame into a sink of its size, and makes it opaque.
  ///
  /// - Parameters:
  ///   - tiles: those that have latents which the area needs.
  ///   - coverage: of each of them, its exact blocks. A tile of which they are not known counts as
  ///     missing.
  func decode(
    _ frame: Frame, of file: ContainerFile, area: PictureArea, tiles: [Int],
    beside coverage: [TileCoverage], to sink: PixelSink, allowsPartial: Bool
  ) throws(CodecError) {
    let synthesis = synthesis(reduction: area.reduction)
    let window = model.window(of: area, in: file.header, synthesis)
    let latents = try decode(
      frame, of: file, window: window, tiles: tiles, beside: coverage,
      allowsPartial: allowsPartial)
    let part = DecodedPart(
      window: window, level: Int(frame.header.level), isGray: file.header.isGray)
    let finer = area.finer(reduction: synthesis.reduction, of: file.header)
    guard finer != area else { return try write(latents, part, area.region, synthesis, to: sink) }
    let memory = execution.tensor(
      rows: finer.region.height, columns: (finer.region.width * sink.format.channels + 1) / 2,
      channels: 1)
    try writeAverages(
      latents, part, finer, synthesis, through: memory, factor: area.reduction / finer.reduction,
      to: sink)
  }

  /// What is to be known of decoded latents.
  private struct DecodedPart {
    let window: TileArea
    let level: Int
    let isGray: Bool
  }

  /// Writes a region of the picture that a synthesis gives.
  private func write(
    _ latents: borrowing Tensor, _ part: DecodedPart, _ region: PixelRegion,
    _ synthesis: Synthesis, to sink: PixelSink
  ) throws(CodecError) {
    let scale = model.geometry.latentReduction / synthesis.reduction
    try synthesis.write(
      latents, level: part.level, isGray: part.isGray, fillsAlpha: true, to: sink,
      origin: (
        region.y - part.window.rows.lowerBound * scale,
        region.x - part.window.columns.lowerBound * scale
      ))
  }

  /// Writes the means of squares of a larger picture, for which there is `memory`.
  private func writeAverages(
    _ latents: borrowing Tensor, _ part: DecodedPart, _ area: PictureArea, _ synthesis: Synthesis,
    through memory: borrowing Tensor, factor: Int, to sink: PixelSink
  ) throws(CodecError) {
    let bytes = UnsafeMutableRawPointer(memory.base)
    // SAFETY: the memory is used as nothing else, and outlives this call.
    let larger = PixelSink(
      base: bytes.bindMemory(to: UInt8.self, capacity: 2 * memory.count),
      width: area.region.width, height: area.region.height, format: sink.format,
      bytesPerRow: 2 * memory.rowStride)
    try write(latents, part, area.region, synthesis, to: larger)
    sink.write(averagesOf: larger, factor: factor)
  }

  /// Decodes a window of the latents of a frame. Where a tile has none they are zero.
  private func decode(
    _ frame: Frame, of file: ContainerFile, window: TileArea, tiles: [Int],
    beside coverage: [TileCoverage], allowsPartial: Bool
  ) throws(CodecError) -> Tensor {
    let grid = file.header.grid
    let decoded = execution.tensor(
      rows: window.rows.count, columns: window.columns.count, channels: model.latentChannels)
    let layer = frame.layer(.latents)!
    var coverages = [TileCoverage](repeating: .nothing, count: layer.lengths.count)
    for (tile, coverage) in zip(tiles, coverage) { coverages[tile] = coverage }
    try LatentLayer(grid: grid, model: model, exact: frame.layer(.exact)).decodeTiles(
      tiles, of: layer, in: file.bytes, allowsPartial: allowsPartial, on: execution
    ) { tile, stream, inner throws(TileError) in
      let area = TileArea(grid, tile, model.geometry)
      let shared = area.intersection(window)
      guard layer.lengths[tile] > 0 else { return decoded.clear(shared.relative(to: window)) }
      var (stream, sent) = (stream, SentLatents?.none)
      switch coverages[tile] {
      case .blocks(let blocks): sent = SentLatents(beside: blocks, area, model.geometry)
      case .unknown: stream = nil
      case .nothing: break
      }
      let part = try LatentDecoder(
        model: model, execution: inner, sent: sent, interruption: interruption
      ).decode(
        file.bytes, stream, rows: area.rows.count, columns: area.columns.count,
        allowsPartial: allowsPartial)
      decoded.replace(
        shared.relative(to: window), with: part, from: shared.relative(to: area))
    }
    return decoded
  }

  /// Writes the colours of decoded latents.
  ///
  /// - Parameters:
  ///   - isGray: whether the three colours are made one.
  ///   - fillsAlpha: whether to make the picture opaque; otherwise alpha is left as it is.
  ///   - origin: where the sink's first pixel is in the picture of these latents.
  package func reconstruct(
    _ latents: borrowing Tensor, level: Int, isGray: Bool, fillsAlpha: Bool, to sink: PixelSink,
    origin: (row: Int, column: Int) = (0, 0)
  ) throws(CodecError) {
    try Synthesis(model: model, execution: execution, interruption: interruption).write(
      latents, level: level, isGray: isGray, fillsAlpha: fillsAlpha, to: sink, origin: origin)
  }
}

extension Model {
  /// The latents that an area of a picture depends on.
  func window(of area: PictureArea, in canvas: FileHeader, _ synthesis: Synthesis) -> TileArea {
    TileArea(covering: area.covered(in: canvas), geometry).widened(
      by: synthesis.halo,
      within: (
        geometry.latents(covering: canvas.height), geometry.latents(covering: canvas.width)
      ))
  }

  /// The tiles that have latents of a window.
  func tiles(_ window: TileArea, in canvas: FileHeader) -> [Int] {
    let samples = { (latents: Range<Int>) in
      latents.lowerBound * geometry.latentReduction..<(latents.upperBound - 1)
        * geometry.latentReduction + 1
    }
    return canvas.grid.tiles(rows: samples(window.rows), columns: samples(window.columns))
  }
}

extension Tensor {
  /// Copies an area of another tensor to one of the same size in this.
  fileprivate func replace(_ area: TileArea, with part: borrowing Tensor, from source: TileArea) {
    for row in 0..<area.rows.count {
      position(area.rows.lowerBound + row, area.columns.lowerBound).update(
        from: part.position(source.rows.lowerBound + row, source.columns.lowerBound),
        count: area.columns.count * channels)
    }
  }
}
