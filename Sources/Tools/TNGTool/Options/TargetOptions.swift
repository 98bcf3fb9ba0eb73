public import ArgumentParser
public import TNG

extension Tuning: ExpressibleByArgument {}
extension Graphics: ExpressibleByArgument {}

/// What an encoder aims at: one of five targets, and by which measure.
struct TargetOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The quality, from 0 for the smallest file to 100 for the best picture; with the default model 30 is medium, 50 good and 80 very good quality to the eye. The default is \(Int(Quality.standard.percent)).",
      valueName: "0-100"))
  var quality: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The size that the file may have at most, such as 20000, 20KB or 1.5MB; 1 KB is 1000 bytes.",
      valueName: "size"))
  var targetSize: ByteCount?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The PSNR that the picture must reach at least, in decibels.", valueName: "decibels"))
  var targetPsnr: Double?

  @Flag(
    help:
      "Keep every sample as it is, also where alpha is 0. Best for screenshots, charts and drawings; photographs become large. A picture whose samples would change, such as one of 16 bits, is refused."
  )
  var lossless = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The SSIMULACRA2 that the picture must reach at least: what people see, 90 where no difference can be seen, 70 for high and 50 for medium quality.",
      valueName: "score"))
  var targetSsimulacra2: Double?

  @Option(
    help: ArgumentHelp(
      "The distortion that encoding minimises. Every choice has a model of its own, which the file names. The default is \(Tuning.standard.rawValue), or psnr where a PSNR is the target.",
      valueName: Tuning.allCases.map(\.rawValue).joined(separator: "|")))
  var tune: Tuning?

  @Option(
    help: ArgumentHelp(
      "The model to encode with, by its name or its id (0x and eight digits), instead of the one that --tune chooses.",
      valueName: "name"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "Whether blocks that look like graphics, such as letters, may be kept as they are (auto), or everything goes through the network (never). Photographs are the same either way. The default is auto.",
      valueName: Graphics.allCases.map(\.rawValue).joined(separator: "|")))
  private var graphics: Graphics?

  /// Whether blocks may be exact.
  var chosenGraphics: Graphics { graphics ?? .auto }

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How long to search for a smaller file of the same quality, from 0 for the fastest to 9 for the smallest. The default is \(Effort.standard.level).",
      valueName: "0-9"))
  private var effort: Int = Effort.standard.level

  /// How long the encoder searches.
  var encodingEffort: Effort { Effort(level: effort) ?? .standard }

  /// The encoder's target.
  var target: TNGEncoder.Target {
    if lossless { return .lossless }
    if let targetSize { return .bytes(targetSize.bytes) }
    if let targetPsnr { return .psnr(targetPsnr) }
    if let targetSsimulacra2 { return .ssimulacra2(targetSsimulacra2) }
    return .quality(quality.flatMap(Quality.init(percent:)) ?? .standard)
  }

  func validate() throws {
    let given = [
      quality != nil, targetSize != nil, targetPsnr != nil, targetSsimulacra2 != nil, lossless,
    ]
    guard given.count(where: { $0 }) <= 1 else {
      throw ValidationError(
        "Only one of --quality, --target-size, --target-psnr, --target-ssimulacra2 and --lossless can be given."
      )
    }
    guard tune == nil || model == nil else {
      throw ValidationError("Only one of --tune and --model can be given.")
    }
    guard !lossless || tune == nil && model == nil else {
      throw ValidationError("With --lossless there is no model, so no --tune and no --model.")
    }
    guard !lossless || graphics == nil else {
      throw ValidationError("With --lossless everything is exact, so no --graphics.")
    }
    guard Effort(level: effort) != nil else {
      throw ValidationError("The effort must be a number from 0 to 9.")
    }
    if let quality, Quality(percent: quality) == nil {
      throw ValidationError("The quality must be a number from 0 to 100.")
    }
    if let targetPsnr, !(targetPsnr > 0 && targetPsnr.isFinite) {
      throw ValidationError("The target PSNR must be a positive number of decibels.")
    }
    if let targetSsimulacra2, !(0...100).contains(targetSsimulacra2) {
      throw ValidationError("The target SSIMULACRA2 must be a number from 0 to 100.")
    }
  }
}
