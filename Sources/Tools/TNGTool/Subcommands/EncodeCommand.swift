import ArgumentParser
import ImageFiles
import Pixels
import TNG

/// `tng encode`: pictures in, `.tng` files out.
struct EncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "Encodes pictures as TNG files.",
    usage: """
      tng encode <input> [<output.tng>] [<options>]
      tng encode <input> ... [--output-directory <folder>] [<options>]
      """,
    discussion: """
      Reads PNG, JPEG, WebP, TIFF, GIF, HEIC, AVIF, JPEG XL, JPEG 2000 and PPM. The picture is turned \
      upright by its EXIF orientation; its colour profile, EXIF and XMP are kept. Of a file of several \
      frames or pages the first is taken, samples become 8 bits (not with --lossless), and CMYK \
      becomes sRGB; a warning says so. What is invisible, by an alpha of 0, has no colours to keep \
      and does not count in targets, except with --lossless. Without a name for the output, \
      photo.jpg becomes photo.tng beside it, and standard input \
      goes to standard output.
      """)

  @OptionGroup var files: BatchOptions

  @Flag(
    help:
      "Refuse a picture of which anything is damaged, left out or changed, instead of a warning.")
  var strict = false

  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup(title: "Target") var target: TargetOptions
  @OptionGroup(title: "Limits") var limiting: PictureLimitOptions

  func run() throws {
    let plan = try ConversionPlan(
      files, fileExtension: "tng", inputRule: "encode reads pictures of other formats than TNG."
    ) {
      $0.fileExtension.lowercased() == "tng"
    }
    try checkNames(plan)
    try files.makeOutputDirectory()
    let batch = Batch(
      fileCount: plan.conversions.count, threads: files.threading.count,
      isTimed: files.timing != nil)
    let (limits, fileBytes) = (limiting.encodingLimits, limiting.fileBytes)
    let encoder = TNGEncoder(
      options: .init(
        target: target.target, tuning: target.tune, effort: target.encodingEffort,
        graphics: target.chosenGraphics, threads: batch.threadsPerFile, limits: limits,
        model: target.model,
        models: try modelOptions.library()))
    let (force, timing, strict) = (files.force, files.timing, strict)
    try batch.run(plan.conversions) { conversion, console in
      let bytes = try conversion.input.readAll(limit: fileBytes)
      if TNGDecoder.recognizes(bytes) { throw FileFailure("This is a TNG file already.") }
      var warnings: [ImageWarning] = []
      let isLossless = encoder.options.target == .lossless
      let reader = ImageReader(maximumPixels: limits.pixels, keepsDepth: isLossless)
      let picture = try reader.read(bytes) { warnings.append($0) }
      if isLossless, let warning = warnings.first(where: \.changesSamples) {
        throw FileFailure("\(warning) With --lossless that is an error.")
      }
      if strict, let warning = warnings.first {
        throw FileFailure("\(warning) --strict refuses it.")
      }
      for warning in warnings { console.warn("\(warning)", of: conversion.input.description) }
      let output = try OutputFile(conversion.output, replaces: force)
      var encoder = encoder
      encoder.options.progress = { console.show(share: $0) }
      try output.finish(
        console.timed(timing, "encode", conversion.input, threads: batch.threadsPerFile) {
          [encoder] in try encoder.encodeOrAdvise(picture)
        })
    }
  }

  /// Refuses outputs that are called like a picture of another format.
  private func checkNames(_ plan: ConversionPlan) throws {
    for case .file(let path) in plan.conversions.map(\.output) {
      guard let format = ImageFileFormat(fileExtension: String(FileName(path).fileExtension)) else {
        continue
      }
      throw ValidationError(
        "The name \(path) ends like that of a \(format) file, and encode writes TNG files.")
    }
  }
}

extension TNGEncoder {
  /// Encodes a picture. If no quality makes it small enough, the error says whether lossless coding
  /// does, which of drawings is often the case.
  fileprivate func encodeOrAdvise(_ picture: Picture) throws -> [UInt8] {
    do throws(TNGError) {
      return try encode(picture)
    } catch {
      guard error.code == .sizeNotReachable, let limit = error.bound else { throw error }
      var options = options
      options.target = .lossless
      guard let file = try? TNGEncoder(options: options).encode(picture), file.count <= limit else {
        throw error
      }
      throw FileFailure("\(error) With --lossless it has \(file.count).")
    }
  }
}
