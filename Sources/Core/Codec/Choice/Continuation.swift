package import Pixels

extension PixelBuffer {
  /// The picture with its exact blocks painted over by a smooth continuation of what is around
  /// them, which costs the latents least.
  package func continued(over blocks: BlockMap) -> PixelBuffer {
    filled(
      where: (0..<width * height).map { blocks.covers(row: $0 / width, column: $0 % width) })
  }
}

extension PixelSink {
  /// Copies the colours of exact blocks from a picture of the sink's size and format.
  package func copy(_ blocks: BlockMap, of pixels: PixelBuffer) {
    let (channels, colors) = (format.channels, format.isGray ? 1 : 3)
    for row in 0..<height {
      let to = self.row(row)
      for column in 0..<width where blocks.covers(row: row, column: column) {
        for sample in column * channels..<column * channels + colors {
          to[sample] = pixels.samples[row * width * channels + sample]
        }
      }
    }
  }
}
