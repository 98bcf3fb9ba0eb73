import Bytes
package import Container
import EntropyCoding
package import Models
package import Neural
package import Pixels

/// Coded tiles to pixels: entropy decoding, dequantisation and synthesis.
package struct PictureDecoder: Sendable {
  let model: Model
  let execution: Execution
  private let interruption: Interruption?

  package init(model: Model, execution: Execution, interruption: Interruption? = nil) {
    self.model = model
    self.execution = execution
    self.interruption = interruption
  }

  /// Decodes a frame of a file whose model is this one.
  ///
  /// - Parameters:
  ///   - sink: of the canvas' size, with a format that takes the canvas'.
  ///   - allowsPartial: take what is missing or damaged as Format.md, section 11, says, instead of
  ///     throwing.
  /// - Returns: how much of the frame the file had.
  @discardableResult
  package func decode(
    _ frame: Frame, of file: ContainerFile, to sink: PixelSink, allowsPartial: Bool
  ) throws(CodecError) -> TileArrival {
    let canvas = file.header
    precondition((sink.width, sink.height) == (canvas.width, canvas.height), "another size")
    try checkHeader(frame.header)
    // A file that ends before it has anything of the picture is cut.
    guard let latentLayer = frame.layer(.latents) else {
      throw .format(FormatError(.truncated, offset: file.bytes.count))
    }
    // All tables are checked before anything of the picture's size is allocated.
    let latents = LatentLayer(grid: canvas.grid, model: model)
    try latents.check(latentLayer)
    let alpha = AlphaLayer(grid: canvas.grid, interruption: interruption)
    let alphaLayer = frame.layer(.alpha)
    if let alphaLayer {
      try alpha.check(alphaLayer)
      try alpha.decodeTiles(
        of: alphaLayer, in: file.bytes, allowsPartial: allowsPartial, on: execution
      ) { tile, stream, _ throws(TileError) in
        try alpha.decode(
          stream, tile: tile, in: file.bytes, to: sink, allowsPartial: allowsPartial)
      }
    }
    let decoded = execution.tensor(
      rows: model.geometry.latents(covering: canvas.height),
      columns: model.geometry.latents(covering: canvas.width),
      channels: model.latentChannels)
    try latents.decodeTiles(
      of: latentLayer, in: file.bytes, allowsPartial: allowsPartial, on: execution
    ) { tile, stream, inner throws(TileError) in
      let area = TileArea(canvas.grid, tile, model.geometry)
      let part = try LatentDecoder(model: model, execution: inner, interruption: interruption)
        .decode(
          file.bytes, stream, rows: area.rows.count, columns: area.columns.count,
          allowsPartial: allowsPartial)
      decoded.replace(row: area.rows.lowerBound, column: area.columns.lowerBound, with: part)
    }
    try reconstruct(
      decoded, level: Int(frame.header.level), isGray: canvas.isGray,
      fillsAlpha: alphaLayer == nil, to: sink)
    return TileArrival(of: frame, in: file.bytes, isWhole: !allowsPartial)
  }

  /// Refuses what this version or the model does not have.
  private func checkHeader(_ header: FrameHeader) throws(CodecError) {
    guard !header.layers.contains(.exact) else {
      throw .format(FormatError(.unsupportedLayer, in: .exact, offset: 0))
    }
    guard header.level < model.levelCount else {
      throw .format(
        FormatError(.levelOutOfRange, in: .frame, offset: 0, value: UInt64(header.level)))
    }
  }

  /// Writes the pixels of decoded latents.
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

extension FileHeader {
  /// The samples of a pixel.
  package var format: PixelFormat { PixelFormat(isGray: isGray, hasAlpha: hasAlpha) }
}
