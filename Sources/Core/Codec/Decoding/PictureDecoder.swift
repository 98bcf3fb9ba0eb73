import Bytes
package import Container
import EntropyCoding
package import Models
package import Neural
package import Pixels

/// Decodes the layers of a frame, one over the other: latents, exact colours over them, and alpha.
package struct PictureDecoder: Sendable {
  let neural: NeuralDecoder?
  let execution: Execution
  private let interruption: Interruption?

  /// - Parameter model: that of the latents; nil if the frame has none.
  package init(model: Model?, execution: Execution, interruption: Interruption? = nil) {
    neural = model.map {
      NeuralDecoder(model: $0, execution: execution, interruption: interruption)
    }
    self.execution = execution
    self.interruption = interruption
  }

  /// Refuses a frame that the model cannot decode, or whose tiles are shorter than they can be:
  /// before anything of the picture's size is allocated.
  package func check(_ frame: Frame, of file: ContainerFile) throws(CodecError) {
    let canvas = file.header
    if let alpha = frame.layer(.alpha) { try ExactLayer.alpha(of: canvas).check(alpha) }
    if let exact = frame.layer(.exact) { try ExactLayer.colors(of: canvas).check(exact) }
    guard let latents = frame.layer(.latents) else { return try checkCoverage(frame) }
    guard let model = neural?.model, frame.header.level < model.levelCount else {
      throw .format(
        FormatError(
          .levelOutOfRange, in: .frame, offset: frame.offset, value: UInt64(frame.header.level)))
    }
    try LatentLayer(grid: canvas.grid, model: model, exact: frame.layer(.exact)).check(latents)
  }

  /// Without latents, every tile is exact.
  private func checkCoverage(_ frame: Frame) throws(CodecError) {
    guard let exact = frame.layer(.exact), let tile = exact.lengths.firstIndex(of: 0) else {
      return
    }
    throw .format(
      FormatError(.tileTooShort, in: .exact, tile: tile, offset: exact.tableOffset))
  }

  /// The streams that decoding a region takes: for the latents also those of tiles from which the
  /// synthesis reaches into it.
  package func selection(for region: PixelRegion, of canvas: FileHeader) -> StreamSelection {
    let inside = canvas.grid.tiles(rows: region.rows, columns: region.columns)
    let latents = neural.map { $0.model.tiles($0.model.window(of: region, in: canvas), in: canvas) }
    return StreamSelection { kind in kind == .latents ? latents ?? [] : inside }
  }

  /// Decodes a region of a frame that ``check(_:of:)`` has accepted.
  ///
  /// - Parameters:
  ///   - region: lies in the canvas; nil for all of it.
  ///   - sink: of the region's size, with a format that takes the canvas'.
  ///   - allowsPartial: take what is missing or damaged as Format.md, section 11, says, instead of
  ///     throwing.
  /// - Returns: how much of what the region needs the file had.
  @discardableResult
  package func decode(
    _ frame: Frame, of file: ContainerFile, region: PixelRegion? = nil, to sink: PixelSink,
    allowsPartial: Bool
  ) throws(CodecError) -> TileArrival {
    let canvas = file.header
    let region = region ?? canvas.region
    precondition(region.lies(inWidth: canvas.width, height: canvas.height), "outside the picture")
    precondition((sink.width, sink.height) == (region.width, region.height), "another size")
    let selection = selection(for: region, of: canvas)
    if let neural, frame.layer(.latents) != nil {
      try neural.decode(
        frame, of: file, region: region, tiles: selection[.latents], to: sink,
        allowsPartial: allowsPartial)
    } else {
      sink.fill(color: PixelSink.middleGray)
    }
    for layer in [
      ExactLayer.colors(of: canvas, interruption: interruption),
      .alpha(of: canvas, interruption: interruption),
    ] {
      try decode(
        layer, frame, of: file, region: region, tiles: selection[layer.kind], to: sink,
        allowsPartial: allowsPartial)
    }
    return TileArrival(of: frame, selection, in: file.bytes, isWhole: !allowsPartial)
  }

  private func decode(
    _ layer: ExactLayer, _ frame: Frame, of file: ContainerFile, region: PixelRegion, tiles: [Int],
    to sink: PixelSink, allowsPartial: Bool
  ) throws(CodecError) {
    guard let streams = frame.layer(layer.kind) else { return }
    let latents = frame.layer(.latents)
    try layer.decodeTiles(
      tiles, of: streams, in: file.bytes, allowsPartial: allowsPartial, on: execution
    ) { tile, stream, _ throws(TileError) in
      guard let stream else { return }
      let isWhole = try layer.decode(
        stream, tile: tile, in: file.bytes, of: region, to: sink, allowsPartial: allowsPartial)
      // Blocks that a tile leaves out have latents.
      guard isWhole || allowsPartial || layer.kind == .alpha || latents?.lengths[tile] ?? 0 > 0
      else { throw .stream(.invalid) }
    }
  }
}

extension FileHeader {
  /// All of the canvas.
  package var region: PixelRegion { PixelRegion(width: width, height: height) }

  /// The samples of a pixel.
  package var format: PixelFormat { PixelFormat(isGray: isGray, hasAlpha: hasAlpha) }
}

extension PixelSink {
  /// What stands where nothing has arrived of a picture without latents.
  fileprivate static let middleGray: UInt8 = 128

  /// Makes the picture one colour, and opaque.
  fileprivate func fill(color: UInt8) {
    for row in 0..<height {
      let samples = self.row(row)
      samples.update(repeating: color, count: width * format.channels)
      guard format.hasAlpha else { continue }
      for column in 1...width { samples[column * format.channels - 1] = 255 }
    }
  }
}
