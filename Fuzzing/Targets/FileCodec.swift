import Codec
import Container
import Neural
import Pixels

/// Pictures to files and back with any model, where ``TNG`` takes only its own.
struct FileCodec {
  let model: Model
  let execution: Execution
  var quantization = Quantization.rateDistortionOptimized

  /// A picture's file, and what it decodes to: by way of the whole picture at once instead of strips, and without the file.
  func encode(_ pixels: PixelBuffer, level: Int) -> (file: [UInt8], decoded: PixelBuffer) {
    execution.withWorkers { encode(pixels, level: level, on: $0) }
  }

  private func encode(
    _ pixels: PixelBuffer, level: Int, on execution: Execution
  ) -> (file: [UInt8], decoded: PixelBuffer) {
    let grid = TileGrid(width: pixels.width, height: pixels.height)
    let alpha = pixels.alphaPlane
    var chunks: [(type: ChunkType, payload: [UInt8])] = []
    if let alpha {
      chunks.append(
        (.alpha, TileStreams.write(AlphaTiles(grid: grid, execution: execution).encode(alpha))))
    }
    let latents = PictureEncoder(
      model: model, execution: execution, quantization: quantization
    ).encode(pixels, level: level)
    chunks.append((.latents, TileStreams.write(latents.streams)))
    let file = ContainerFile.write(header: header(of: pixels, level: level), chunks: chunks)
    let colors = model.synthesis.run(latents.takeDecoded(), level: level, on: execution)
    return (file, picture(of: colors, like: pixels, alpha: alpha))
  }

  /// Colours cut to the size and format of a picture.
  private func picture(
    of colors: borrowing Tensor, like pixels: PixelBuffer, alpha: [UInt8]?
  ) -> PixelBuffer {
    var samples: [UInt8] = []
    for row in 0..<pixels.height {
      for column in 0..<pixels.width {
        let position = colors.position(row, column)
        let color = (0..<3).map { min(max(Int(position[$0]), 0), 255) }
        let stored = pixels.format.isGray ? [color.reduce(1, +) / 3] : color
        samples += stored.map { UInt8($0) }
        if pixels.format.hasAlpha { samples.append(alpha?[row * pixels.width + column] ?? 255) }
      }
    }
    return PixelBuffer(
      width: pixels.width, height: pixels.height, format: pixels.format, samples: samples)
  }

  private func header(of pixels: PixelBuffer, level: Int) -> FileHeader {
    FileHeader(
      isGray: pixels.format.isGray, hasAlpha: pixels.format.hasAlpha, width: pixels.width,
      height: pixels.height, modelID: model.id, level: UInt8(level))
  }

  func decode(_ file: [UInt8], allowsPartial: Bool = false) throws -> PixelBuffer {
    let container = try ContainerFile(parsing: file, allowsPartial: allowsPartial)
    return try execution.withWorkers { execution in
      try PictureDecoder(model: model, execution: execution).decode(
        container, allowsPartial: allowsPartial
      ).pixels
    }
  }
}
