public import ArgumentParser
public import ImageFiles
import TNG

/// `tng decode`: `.tng` files in, pictures of another format out.
struct DecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Decodes TNG files to pictures of another format.",
    usage: """
      tng decode <input.tng> [<output>] [<options>]
      tng decode <input.tng> ... [--output-directory <folder>] [<options>]
      """,
    discussion: """
      Writes PNG, WebP, TIFF, JPEG XL, JPEG 2000 and PPM without loss, and JPEG, HEIC and AVIF at a \
      high quality. Without a name for the output, photo.tng becomes photo.png beside it, and \
      standard input goes to standard output.
      """)

  @OptionGroup var files: BatchOptions

  @Option(
    help: ArgumentHelp(
      "The format to write: "
        + ImageFileFormat.allCases.map(\.fileExtensions[0]).joined(separator: ", ")
        + ". By default it follows from the name of the output, and is png without one.",
      valueName: "format"))
  var format: ImageFileFormat?

  @Flag(
    help: "Give what can be had of a cut or damaged file, with a warning that says how much it is.")
  var partial = false

  @OptionGroup(title: "Size") var size: SizeOptions

  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup(title: "Limits") var limiting: LimitOptions

  func run() throws {
    let fallback = format?.fileExtensions[0] ?? "png"
    let plan = try ConversionPlan(
      files, fileExtension: fallback, inputRule: "decode reads TNG files."
    ) {
      $0.fileExtension.lowercased() != "tng"
    }
    let formats = try plan.conversions.map(format(of:))
    try files.makeOutputDirectory()
    let batch = Batch(
      fileCount: plan.conversions.count, threads: files.threading.count,
      isTimed: files.timing != nil)
    let reader = TNGReader(
      threads: batch.threadsPerFile, limits: limiting.limits,
      models: try modelOptions.library(), size: size, allowsPartial: partial)
    let (force, timing) = (files.force, files.timing)
    // All outputs of a batch have one format: only a single one has a name of its own.
    let writer = ImageWriter(format: formats[0])
    try batch.run(plan.conversions) { conversion, console in
      let name = conversion.input.description
      let bytes = try conversion.input.readAll(limit: limiting.limits.fileBytes)
      let output = try OutputFile(conversion.output, replaces: force)
      let (picture, warning) = try console.timed(
        timing, "decode", conversion.input, threads: batch.threadsPerFile
      ) {
        try reader.read(bytes)
      }
      if let warning { console.warn(warning, of: name) }
      for loss in writer.losses(of: picture)
      where loss != .hiddenColors || reader.keepsHiddenColors(bytes) {
        console.warn("\(writer.format) does not keep \(loss).", of: name)
      }
      try output.finish(writer.write(picture))
    }
  }

  /// The format of an output: the one asked for, or that of its name, or PNG for a stream.
  private func format(of conversion: Conversion) throws -> ImageFileFormat {
    guard case .file(let path) = conversion.output else { return format ?? .png }
    let ending = String(FileName(path).fileExtension)
    let named = ImageFileFormat(fileExtension: ending)
    if let format {
      if named ?? format != format || ending.lowercased() == "tng" {
        throw ValidationError(
          "The name \(path) ends like that of another format than \(format).")
      }
      return format
    }
    guard let format = named else {
      throw ValidationError(
        "The name \(path) does not end like that of a known format; use --format.")
    }
    return format
  }
}

extension ImageFileFormat: ExpressibleByArgument {
  /// The format by one of its endings, such as `jpg`.
  public init?(argument: String) {
    self.init(fileExtension: argument)
  }
}
