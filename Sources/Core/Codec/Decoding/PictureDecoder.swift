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

  /// The streams that decoding an area takes: for the latents also those of tiles from which the
  /// synthesis reaches into it, and the exact ones of these, which say where the latents are.
  package func selection(for area: PictureArea, of canvas: FileHeader) -> StreamSelection {
    let inside = tiles(inside: area, of: canvas)
    let latents = neural.map { neural in
      let synthesis = neural.synthesis(reduction: area.reduction)
      return neural.model.tiles(neural.model.window(of: area, in: canvas, synthesis), in: canvas)
    }
    return StreamSelection { kind in
      switch kind {
      case .latents: latents ?? []
      case .exact: latents ?? inside
      default: inside
      }
    }
  }

  /// The tiles that have pixels of an area.
  private func tiles(inside area: PictureArea, of canvas: FileHeader) -> [Int] {
    let covered = area.covered(in: canvas)
    return canvas.grid.tiles(rows: covered.rows, columns: covered.columns)
  }

  /// Decodes an area of a frame that ``check(_:of:)`` has accepted.
  ///
  /// - Parameters:
  ///   - area: nil for all of the picture, as it is.
  ///   - sink: of the area's size, with a format that takes the canvas'.
  ///   - allowsPartial: take what is missing or damaged as Format.md, section 11, says, instead of
  ///     throwing.
  /// - Returns: how much of what the area needs the file had.
  @discardableResult
  package func decode(
    _ frame: Frame, of file: ContainerFile, area: PictureArea? = nil, to sink: PixelSink,
    allowsPartial: Bool
  ) throws(CodecError) -> FrameCompleteness {
    let canvas = file.header
    let area = area ?? PictureArea(of: canvas)!
    precondition((sink.width, sink.height) == (area.region.width, area.region.height), "other size")
    let selection = selection(for: area, of: canvas)
    if let neural, let layer = frame.layer(.latents), layer.lengths.contains(where: { $0 > 0 }) {
      let tiles = selection[.latents]
      let coverage = try ExactLayer.colors(of: canvas).coverage(
        of: tiles, frame.layer(.exact), in: file.bytes, allowsPartial: allowsPartial,
        on: execution)
      try neural.decode(
        frame, of: file, area: area, tiles: tiles, beside: coverage, to: sink,
        allowsPartial: allowsPartial)
    } else {
      sink.fillWithMiddleGray()
    }
    for layer in [
      ExactLayer.colors(of: canvas, interruption: interruption),
      .alpha(of: canvas, interruption: interruption),
    ] {
      try decode(
        layer, frame, of: file, area: area, tiles: tiles(inside: area, of: canvas), to: sink,
        allowsPartial: allowsPartial)
    }
    return FrameCompleteness(of: frame, selection, in: file.bytes, isWhole: !allowsPartial)
  }

  private func decode(
    _ layer: ExactLayer, _ frame: Frame, of file: ContainerFile, area: PictureArea, tiles: [Int],
    to sink: PixelSink, allowsPartial: Bool
  ) throws(CodecError) {
    guard let streams = frame.layer(layer.kind) else { return }
    let latents = frame.layer(.latents)
    try layer.decodeTiles(
      tiles, of: streams, in: file.bytes, allowsPartial: allowsPartial, on: execution
    ) { tile, stream, _ throws(TileError) in
      guard let stream else { return }
      let samples = try layer.decode(
        stream, tile: tile, in: file.bytes, allowsPartial: allowsPartial)
      // Blocks that a tile leaves out have latents.
      guard
        samples.isWhole || allowsPartial || layer.kind == .alpha || latents?.lengths[tile] ?? 0 > 0
      else { throw .stream(.invalid) }
      let isWeighted = layer.kind == .exact && area.reduction > 1
      let alpha =
        isWeighted ? try alpha(of: tile, frame, in: file, allowsPartial: allowsPartial) : nil
      layer.write(samples, weights: alpha, area, to: sink)
    }
  }

  /// The alpha of a tile, by which its colours count; nil if it is opaque.
  private func alpha(
    of tile: Int, _ frame: Frame, in file: ContainerFile, allowsPartial: Bool
  ) throws(TileError) -> ExactSamples? {
    // A damaged one is told of where alpha itself is decoded.
    guard let layer = frame.layer(.alpha), let stream = layer.stream(of: tile, in: file.bytes),
      stream.condition != .damaged
    else { return nil }
    return try ExactLayer.alpha(of: file.header, interruption: interruption).decode(
      stream.range, tile: tile, in: file.bytes, allowsPartial: allowsPartial)
  }
}

extension FileHeader {
  /// The samples of a pixel.
  package var format: PixelFormat { PixelFormat(isGray: isGray, hasAlpha: hasAlpha) }
}

extension PixelSink {
  /// Makes the picture grey and opaque: what stands where nothing has arrived of a picture without
  /// latents.
  fileprivate func fillWithMiddleGray() {
    let (gray, opaque) = (UInt16(1 << (depth - 1)), UInt16(1 << depth - 1))
    if depth > 8 {
      fill(gray, opaque: opaque)
    } else {
      fill(UInt8(gray), opaque: UInt8(opaque))
    }
  }

  @inline(__always)
  private func fill<Sample: BitwiseCopyable>(_ color: Sample, opaque: Sample) {
    let channels = format.channels
    let alpha = format.hasAlpha ? channels - 1 : channels
    for row in 0..<height {
      let samples = UnsafeMutableRawPointer(self.row(row))
      for index in 0..<width * channels {
        samples.storeBytes(
          of: index % channels == alpha ? opaque : color,
          toByteOffset: index * MemoryLayout<Sample>.size, as: Sample.self)
      }
    }
  }
}
