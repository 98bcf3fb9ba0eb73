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
  ) throws(CodecError) -> FrameCompleteness {
    let canvas = file.header
    precondition((sink.width, sink.height) == (canvas.width, canvas.height), "another size")
    if let neural, let layer = frame.layer(.latents), layer.lengths.contains(where: { $0 > 0 }) {
      let coverage = try ExactLayer.colors(of: canvas).coverage(
        of: frame.layer(.exact), in: file.bytes, allowsPartial: allowsPartial, on: execution)
      let latents = try neural.decode(
        frame, of: file, beside: coverage, allowsPartial: allowsPartial)
      try neural.reconstruct(
        latents, level: Int(frame.header.level), isGray: canvas.isGray, fillsAlpha: true, to: sink)
    } else {
      sink.fillWithMiddleGray()
    }
    for layer in [
      ExactLayer.colors(of: canvas, interruption: interruption),
      .alpha(of: canvas, interruption: interruption),
    ] {
      try decode(layer, frame, of: file, to: sink, allowsPartial: allowsPartial)
    }
    return FrameCompleteness(of: frame, in: file.bytes, isWhole: !allowsPartial)
  }

  private func decode(
    _ layer: ExactLayer, _ frame: Frame, of file: ContainerFile, to sink: PixelSink,
    allowsPartial: Bool
  ) throws(CodecError) {
    guard let streams = frame.layer(layer.kind) else { return }
    let latents = frame.layer(.latents)
    try layer.decodeTiles(
      of: streams, in: file.bytes, allowsPartial: allowsPartial, on: execution
    ) { tile, stream, _ throws(TileError) in
      guard let stream else { return }
      let isWhole = try layer.decode(
        stream, tile: tile, in: file.bytes, to: sink, allowsPartial: allowsPartial)
      // Blocks that a tile leaves out have latents.
      guard isWhole || allowsPartial || layer.kind == .alpha || latents?.lengths[tile] ?? 0 > 0
      else { throw .stream(.invalid) }
    }
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
