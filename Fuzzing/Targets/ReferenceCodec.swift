import Codec
import Container
import Models
import Neural
import Pixels

/// Pictures to files without the public interface, which must agree with it.
struct ReferenceCodec {
  let model: Model
  let execution: Execution
  var quantization = Quantization.rateDistortionOptimized

  /// A picture's file, and what it decodes to: by way of the whole picture at once instead of
  /// strips, and without the file.
  func encode(_ pixels: PixelBuffer, level: Int) -> (file: [UInt8], decoded: PixelBuffer) {
    execution.withWorkers { encode(pixels, level: level, on: $0) }
  }

  private func encode(
    _ pixels: PixelBuffer, level: Int, on execution: Execution
  ) -> (file: [UInt8], decoded: PixelBuffer) {
    let encoder = PictureEncoder(model: model, execution: execution, quantization: quantization)
    do throws(CodecError) {
      let latents = try encoder.encode(pixels, level: level)
      let header = header(of: pixels)
      let alpha =
        header.hasAlpha ? try ExactLayer.alpha(of: header).encode(pixels, on: execution) : []
      let isOpaque = alpha.allSatisfy(\.isEmpty)
      let layers =
        (isOpaque ? [] : [(kind: LayerKind.alpha, streams: alpha)]) + [(.latents, latents.streams)]
      let file = ContainerFile.write(
        header: header, chunks: [],
        frame: FrameHeader(
          layers: layers.map(\.kind), modelID: model.id, level: UInt8(level)),
        layers: layers.map(\.streams))
      let colors = model.synthesis.run(latents.takeDecoded(), level: level, on: execution)
      return (file, picture(of: colors, like: pixels))
    } catch {
      preconditionFailure("nothing interrupts the encoder: \(error)")
    }
  }

  /// Colours cut to the size and format of a picture, with its alpha.
  private func picture(of colors: borrowing Tensor, like pixels: PixelBuffer) -> PixelBuffer {
    let channels = pixels.format.channels
    var samples: [UInt8] = []
    for row in 0..<pixels.height {
      for column in 0..<pixels.width {
        let position = colors.position(row, column)
        let color = (0..<3).map { min(max(Int(position[$0]), 0), 255) }
        let stored = pixels.format.isGray ? [color.reduce(1, +) / 3] : color
        samples += stored.map { UInt8($0) }
        if pixels.format.hasAlpha {
          samples.append(pixels.samples[(row * pixels.width + column + 1) * channels - 1])
        }
      }
    }
    return PixelBuffer(
      width: pixels.width, height: pixels.height, format: pixels.format, samples: samples)
  }

  private func header(of pixels: PixelBuffer) -> FileHeader {
    FileHeader(
      isGray: pixels.format.isGray, hasAlpha: pixels.format.hasAlpha, width: pixels.width,
      height: pixels.height)
  }
}
