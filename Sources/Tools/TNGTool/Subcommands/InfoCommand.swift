import ArgumentParser
import TNG

/// `tng info`: what a file says of its picture.
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Says what TNG files hold.",
    discussion: """
      Size, colours, quality, model, bytes, bits per pixel and metadata, without decoding the picture.
      """)

  @Argument(
    help: ArgumentHelp("The files to read.", valueName: "file"), completion: .file())
  var files: [String]

  @Flag(help: "Print a JSON array with an object for each file.")
  var json = false

  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup(title: "Limits") var limiting: LimitOptions

  func validate() throws { try checkStandardInput(files) }

  func run() throws {
    let console = Console(fileCount: 1)
    let models = try modelOptions.library()
    var reports: [InfoReport] = []
    for name in files {
      do {
        reports.append(try report(of: name, models))
      } catch {
        console.report(FileFailure(error), of: name)
      }
    }
    try printReport(json ? jsonText(reports) : reports.map(\.text).joined(separator: "\n"))
    if reports.count < files.count { throw ExitCode.failure }
  }

  private func report(of name: String, _ models: ModelLibrary) throws -> InfoReport {
    let limits = limiting.limits
    let bytes = try Endpoint(name).readAll(limit: limits.memory)
    return try InfoReport(name: name, bytes: bytes, limits: limits, models: models)
  }
}
