import Container
import Neural
import Pixels
import TNG

/// Decodes a file, strictly with right check values, and in part as it is.
///
/// The file's model, which a fuzzer would not guess, is the small one or a trained one by the lowest bit of its id. A trained one gets small
/// pictures only, because its reference kernels take seconds under sanitizers.
func checkDecoder(_ bytes: [UInt8]) throws(Contradiction) {
  let file = try withKnownModel(bytes)
  let sealedFile = sealed(file)
  let whole = try decode(sealedFile, allowsPartial: false)
  let partial = try decode(file, allowsPartial: true)
  if let whole, file == sealedFile { try check(partial == whole, "partial decoding") }
}

/// The most pixels to decode with the small model.
private let maximumPixels = 1 << 16

/// The most latents of a picture, each of which stands for 16×16 pixels, to decode with a trained model.
private let maximumLatents = 16

private func withKnownModel(_ file: [UInt8]) throws(Contradiction) -> [UInt8] {
  var reader = ByteReader(file)
  guard let header = try? FileHeader(parsing: &reader) else { return file }
  var result = file
  let latents = ((header.width + 15) / 16) * ((header.height + 15) / 16)
  let isSmall = header.modelID & 1 == 0 || latents > maximumLatents
  result.put(isSmall ? try smallModel().id : ModelLibrary.psnr.id, at: reader.offset - 5)
  return result
}

private func decode(_ file: [UInt8], allowsPartial: Bool) throws(Contradiction) -> PixelBuffer? {
  var reader = ByteReader(file)
  let header = try? FileHeader(parsing: &reader)
  let model = try smallModel()
  if let header, header.modelID == model.id {
    guard header.width * header.height <= maximumPixels else { return nil }
    return try? FileCodec(model: model, execution: Execution(threads: 1)).decode(
      file, allowsPartial: allowsPartial)
  }
  let decoder = TNGDecoder(options: .init(limits: .init(pixels: maximumPixels)))
  return allowsPartial
    ? try? decoder.decodePartial(file).picture.pixels : try? decoder.decode(file).pixels
}
