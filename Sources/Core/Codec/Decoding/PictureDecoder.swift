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

  /// Refuses a frame that this version or the model cannot decode, or whose tiles are shorter than they
  /// can be: before anything of the picture's size is allocated.
  package func check(_ frame: Frame, of file: ContainerFile) throws(CodecError) {
    guard !frame.header.layers.contains(.exact) else {
      throw .format(FormatError(.unsupportedLayer, in: .exact, offset: frame.offset))
    }
    guard frame.header.level < model.levelCount else {
      throw .format(
        FormatError(
          .levelOutOfRange, in: .frame, offset: frame.offset, value: UInt64(frame.header.level)))
    }
    // A file that ends before it has anything of the picture is cut.
    guard let latents = frame.layer(.latents) else {
      throw .format(FormatError(.truncated, offset: file.bytes.count))
    }
    let grid = file.header.grid
    try LatentLayer(grid: grid, model: model).check(latents)
    if let alpha = frame.layer(.alpha) { try AlphaLayer(grid: grid).check(alpha) }
  }

  /// Decodes a frame that ``check(_:of:)`` has accepted.
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
    let alphaLayer = frame.layer(.alpha)
    if let alphaLayer {
      let alpha = AlphaLayer(grid: canvas.grid, interruption: interruption)
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
    try LatentLayer(grid: canvas.grid, model: model).decodeTiles(
      of: frame.layer(.latents)!, in: file.bytes, allowsPartial: allowsPartial, on: execution
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
