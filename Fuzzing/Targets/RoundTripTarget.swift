import Neural
import Pixels
import TNG

/// Makes a picture of the input, and codes it on all paths that must agree.
func checkRoundTrip(_ bytes: [UInt8]) throws(Contradiction) {
  var input = FuzzInput(bytes)
  // What is slow is rare: the trained model, two threads where others want the processor, two tiles.
  let usesTrainedModel = input.byte() & 63 == 63
  let threads = input.byte() & 15 == 15 ? 2 : 1
  let level = input.number(in: 0...63)
  let pixels = picture(of: &input, maximumSide: usesTrainedModel ? 16 : 40)
  if usesTrainedModel {
    try checkTrainedModel(pixels, level, threads: threads)
  } else {
    try checkPaths(pixels, level, model: smallModel(), threads: threads)
  }
}

/// The model of ``SmallModel``.
func smallModel() throws(Contradiction) -> Model {
  do { return try SmallModel.model.get() } catch {
    throw Contradiction(what: "the small model is refused: \(error)")
  }
}

private func picture(of input: inout FuzzInput, maximumSide: Int) -> PixelBuffer {
  let format = PixelFormat.allCases[input.number(in: 0...3)]
  let isWide = maximumSide > 16 && input.byte() & 63 == 63
  let width = input.number(in: isWide ? 1025...1040 : 1...maximumSide)
  let height = input.number(in: 1...(isWide ? 4 : maximumSide))
  let samples = input.rest + [128]
  return PixelBuffer(
    width: width, height: height, format: format,
    samples: (0..<width * height * format.channels).map { samples[$0 % samples.count] })
}

/// One file and one picture with the reference kernels and with the selected ones, on one thread and on `threads`, at once and in
/// strips.
func checkPaths(
  _ pixels: PixelBuffer, _ level: Int, model: Model, threads: Int
) throws(Contradiction) {
  let reference = FileCodec(model: model, execution: Execution(kernels: Kernels.all[0]))
  let fast = FileCodec(model: model, execution: Execution(threads: threads))
  let (file, decoded) = reference.encode(pixels, level: level)
  try check(fast.encode(pixels, level: level) == (file, decoded), "two files of one picture")
  try check((try? fast.decode(file)) == decoded, "two pictures of one file")
  try check((try? fast.decode(file, allowsPartial: true)) == decoded, "partial decoding")
}

/// The same by way of the public interface.
private func checkTrainedModel(
  _ pixels: PixelBuffer, _ level: Int, threads: Int
) throws(Contradiction) {
  let reference = FileCodec(
    model: ModelLibrary.psnr, execution: Execution(kernels: Kernels.all[0]))
  let (file, decoded) = reference.encode(pixels, level: level)
  let target = TNGEncoder.Target.quality(Quality(level: level))
  let encoder = TNGEncoder(options: .init(target: target, threads: threads))
  try check((try? encoder.encode(Picture(pixels: pixels))) == file, "two files of one picture")
  let decoder = TNGDecoder(options: .init(threads: threads))
  try check((try? decoder.decode(file).pixels) == decoded, "two pictures of one file")
}
