import Bytes
import Container
import Models
import Pixels
import TNG

/// Decodes a file, strictly with right check values, a region of it, and in part as it is.
///
/// The file's model, which a fuzzer would not guess, is the small one or a trained one by the
/// lowest bit of its id. A trained one gets small pictures only, because its reference kernels take
/// seconds under sanitizers.
func checkDecoder(_ bytes: [UInt8]) throws(Contradiction) {
  let file = try withKnownModel(bytes)
  let sealedFile = sealed(file)
  let whole = try decode(sealedFile, allowsPartial: false)
  if let whole { try checkRegion(of: sealedFile, whole) }
  let partial = try decode(file, allowsPartial: true)
  if let whole, file == sealedFile { try check(partial == whole, "partial decoding") }
}

/// The most pixels to decode with the small model.
private let maximumPixels = 1 << 16

/// The most latents of a picture, each of which stands for 16×16 pixels, to decode with a trained
/// model.
private let maximumLatents = 16

private func withKnownModel(_ file: [UInt8]) throws(Contradiction) -> [UInt8] {
  guard let found = try? ContainerFile(parsing: sealed(file), allowsPartial: true),
    let frame = found.frames.first, let place = found.modelOffset
  else { return file }
  var result = file
  let latents = ((found.header.width + 15) / 16) * ((found.header.height + 15) / 16)
  let isSmall = frame.header.modelID & 1 == 0 || latents > maximumLatents
  result.put(isSmall ? try smallModel().id : ModelLibrary.psnr.id, at: place)
  return result
}

extension ContainerFile {
  /// Where the id of the model stands: the table of lengths follows the frame's header.
  fileprivate var modelOffset: Int? {
    guard let frame = frames.first, frame.header.layers.contains(.latents) else { return nil }
    return frame.layers.first.map { $0.tableOffset - 6 }
  }
}

private func decoder() throws(Contradiction) -> TNGDecoder {
  var models = ModelLibrary.embedded
  models.add(ModelEntry(try smallModel(), isOffered: true))
  return TNGDecoder(options: .init(limits: .init(pixels: maximumPixels), models: models))
}

/// Decodes some region at some scale, which depend on the file alone, from the bytes that it needs.
private func checkRegion(of file: [UInt8], _ whole: PixelBuffer) throws(Contradiction) {
  var chance = CRC32C.of(file)
  let number = { (limit: Int) -> Int in
    defer { chance = chance &* 1_664_525 &+ 1_013_904_223 }
    return Int(chance >> 8) % limit
  }
  let decoder = try decoder()
  let scale = DecodingScale.allCases[number(DecodingScale.allCases.count)]
  let whole = scale == .whole ? whole : try? decoder.decode(file, scale: scale).pixels
  guard let whole else { throw Contradiction(what: "no picture at another scale") }
  let (x, y) = (number(whole.width), number(whole.height))
  let region = PixelRegion(
    x: x, y: y, width: 1 + number(whole.width - x), height: 1 + number(whole.height - y))
  let ranges = try? decoder.byteRanges(of: region, scale: scale, head: file)
  let excerpt = ranges?.flatMap { file[$0] }
  let part = excerpt.flatMap {
    try? decoder.decode(excerpt: $0, scale: scale, region: region).pixels
  }
  let (row, pixel) = (
    whole.bytes.count / whole.height, whole.bytes.count / (whole.width * whole.height)
  )
  let crop = (0..<region.height).flatMap { line -> ArraySlice<UInt8> in
    let start = (y + line) * row + x * pixel
    return whole.bytes[start..<start + region.width * pixel]
  }
  try check(part?.bytes == crop, "a region")
}

private func decode(_ file: [UInt8], allowsPartial: Bool) throws(Contradiction) -> PixelBuffer? {
  let decoder = try decoder()
  return allowsPartial
    ? try? decoder.decodePartial(file).picture.pixels : try? decoder.decode(file).pixels
}
