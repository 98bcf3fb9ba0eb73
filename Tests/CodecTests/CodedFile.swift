import Codec
import Container
import Models
import Neural
import Pixels

extension FileHeader {
  /// The header of a picture's file.
  init(of pixels: PixelBuffer) {
    self.init(
      isGray: pixels.format.isGray, hasAlpha: pixels.format.hasAlpha, width: pixels.width,
      height: pixels.height)
  }
}

extension PictureEncoder {
  /// A picture's file by the modules of the codec alone: its latents, and its alpha if it has any.
  func file(of pixels: PixelBuffer, level: Int) throws -> ContainerFile {
    let header = FileHeader(of: pixels)
    var layers = [(kind: LayerKind.latents, streams: try encode(pixels, level: level).streams)]
    if header.hasAlpha {
      let alpha = try ExactLayer.alpha(of: header).encode(pixels, on: execution)
      layers.insert((.alpha, alpha), at: 0)
    }
    let bytes = ContainerFile.write(
      header: header, chunks: [],
      frame: FrameHeader(layers: layers.map(\.kind), modelID: model.id, level: UInt8(level)),
      layers: layers.map(\.streams))
    return try ContainerFile(parsing: bytes)
  }
}

extension PictureDecoder {
  /// The picture of a sound file.
  func pixels(of file: ContainerFile) throws -> PixelBuffer {
    try check(file.frames[0], of: file)
    return try PixelBuffer(
      width: file.header.width, height: file.header.height, format: file.header.format
    ) { sink in
      try decode(file.frames[0], of: file, to: sink, allowsPartial: false)
    }
  }
}
