import Bytes
import Codec
import Models
import Neural
import Pixels
import TNG
import TestSupport

/// Makes a picture of the input, and codes it on all paths that must agree.
func checkRoundTrip(_ bytes: [UInt8]) throws(Contradiction) {
  // What is slow is rare, however inputs descend from one another: the trained model, two threads
  // where others want the processor, two tiles.
  let chance = CRC32C.of(bytes)
  let usesTrainedModel = chance & 63 == 0
  let threads = chance >> 6 & 31 == 0 ? 2 : 1
  let isWide = !usesTrainedModel && chance >> 11 & 31 == 0
  var input = FuzzInput(bytes)
  let level = input.number(in: 0...63)
  let pixels = picture(
    of: &input, width: isWide ? 1025...1040 : 1...(usesTrainedModel ? 16 : 36),
    height: 1...(isWide ? 3 : usesTrainedModel ? 16 : 36))
  let model = try usesTrainedModel ? ModelLibrary.psnr : smallModel()
  try checkPaths(pixels, level, model: model, threads: threads)
  try checkLossless(pixels, threads: threads)
}

/// A picture without loss, whoever codes it.
private func checkLossless(_ pixels: PixelBuffer, threads: Int) throws(Contradiction) {
  let encoder = { (threads: Int) in
    TNGEncoder(options: .init(target: .lossless, threads: threads))
  }
  guard let file = try? encoder(threads).encode(Picture(pixels: pixels)) else {
    throw Contradiction(what: "a picture cannot be kept")
  }
  try check((try? encoder(1).encode(Picture(pixels: pixels))) == file, "two lossless files")
  try check((try? TNGDecoder().decode(file).pixels) == pixels, "a lossless file loses something")
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

/// One file and one picture with the reference kernels and with the selected ones, on one thread
/// and on `threads`, at once and in strips, by modules of the codec and by the public interface.
func checkPaths(
  _ pixels: PixelBuffer, _ level: Int, model: Model, threads: Int
) throws(Contradiction) {
  let quantization: Quantization =
    switch level & 3 {
    case 0: .nearest
    case 1: .rateDistortionOptimized
    case 2: .refined(Refinement(of: model, gradient: model.synthesisGradient(), passes: 1))
    default:
      .refined(
        Refinement(
          of: model, gradient: model.synthesisGradient(), passes: 3,
          distortion: .structuralError))
    }
  let reference = ReferenceCodec(
    model: model, execution: Execution(kernels: Kernels.all[0]), quantization: quantization)
  let (file, decoded) = reference.encode(pixels.invisiblyFilled, level: level)
  let models = ModelLibrary(of: model)
  let encoder = TNGEncoder(
    options: .init(
      target: .level(level), graphics: .never, threads: threads, limits: .init(memory: .max),
      model: model.name, models: models),
    kernels: .selected, quantization: quantization)
  try check((try? encoder.encode(Picture(pixels: pixels))) == file, "two files of one picture")
  let decoder = TNGDecoder(
    options: .init(threads: threads, limits: .init(memory: .max), models: models))
  try check((try? decoder.decode(file).pixels) == decoded, "two pictures of one file")
  try check(
    (try? decoder.decodePartial(file).picture.pixels) == decoded, "partial decoding")
}

extension ModelLibrary {
  /// A library of one model.
  init(of model: Model) {
    self.init()
    add(ModelEntry(model, isOffered: true))
  }
}
