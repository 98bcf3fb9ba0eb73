import Bytes
import Codec
import Container
import Neural
import Pixels
import TNG

/// Makes a picture of the input, and codes it on all paths that must agree.
func checkRoundTrip(_ bytes: [UInt8]) throws(Contradiction) {
  // What is slow is rare, however inputs descend from one another: the trained model, two threads where others want the processor, two tiles.
  let chance = CRC32C.of(bytes)
  let usesTrainedModel = chance & 63 == 0
  let threads = chance >> 6 & 31 == 0 ? 2 : 1
  let isWide = !usesTrainedModel && chance >> 11 & 31 == 0
  var input = FuzzInput(bytes)
  let level = input.number(in: 0...63)
  let pixels = picture(
    of: &input, width: isWide ? 1025...1040 : 1...(usesTrainedModel ? 16 : 36),
    height: 1...(isWide ? 3 : usesTrainedModel ? 16 : 36))
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

private func picture(
  of input: inout FuzzInput, width: ClosedRange<Int>, height: ClosedRange<Int>
) -> PixelBuffer {
  let format = PixelFormat.allCases[input.number(in: 0...3)]
  let (width, height) = (input.number(in: width), input.number(in: height))
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
  let quantization: Quantization =
    switch level & 3 {
    case 0: .nearest
    case 1: .rateDistortionOptimized
    case 2: .refined(Refinement(gradient: Refinement.gradient(of: model), passes: 1))
    default:
      .refined(
        Refinement(
          gradient: Refinement.gradient(of: model), passes: 3, distortion: .structuralError))
    }
  let reference = FileCodec(
    model: model, execution: Execution(kernels: Kernels.all[0]), quantization: quantization)
  let fast = FileCodec(
    model: model, execution: Execution(threads: threads), quantization: quantization)
  let (file, decoded) = reference.encode(pixels, level: level)
  try check(fast.encode(pixels, level: level) == (file, decoded), "two files of one picture")
  try check((try? fast.decode(file)) == decoded, "two pictures of one file")
  try check((try? fast.decode(file, allowsPartial: true)) == decoded, "partial decoding")
}

/// The same by way of the public interface.
private func checkTrainedModel(
  _ pixels: PixelBuffer, _ level: Int, threads: Int
) throws(Contradiction) {
  let effort = Effort(level: level & 1)!
  let quantization =
    effort.passes > 0
    ? Quantization.refined(
      Refinement(gradient: Refinement.gradient(of: ModelLibrary.psnr), passes: effort.passes))
    : .rateDistortionOptimized
  let reference = FileCodec(
    model: ModelLibrary.psnr, execution: Execution(kernels: Kernels.all[0]),
    quantization: quantization)
  let (file, decoded) = reference.encode(pixels, level: level)
  let target = TNGEncoder.Target.level(level)
  let encoder = TNGEncoder(
    options: .init(target: target, tuning: .psnr, effort: effort, threads: threads))
  try check((try? encoder.encode(Picture(pixels: pixels))) == file, "two files of one picture")
  let decoder = TNGDecoder(options: .init(threads: threads))
  try check((try? decoder.decode(file).pixels) == decoded, "two pictures of one file")
}
