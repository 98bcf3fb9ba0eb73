import ArgumentParser
import TNG

/// `tng info`: what a file says of its picture.
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Says what TNG files hold.",
    discussion: """
      Size, colours, quality, model, bytes, bits per pixel and metadata, without decoding the picture. \
      Of a cut or damaged file it says what is known, and what is wrong; the exit status is then 1.
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
    var (reports, failures) = ([InfoReport](), 0)
    for name in files {
      do {
        let (report, failure) = try report(of: name, models)
        reports.append(report)
        if let failure {
          failures += 1
          console.report(FileFailure(failure), of: name)
        }
      } catch {
        failures += 1
        console.report(FileFailure(error), of: name)
      }
    }
    try printReport(json ? jsonText(reports) : reports.map(\.text).joined(separator: "\n"))
    if failures > 0 { throw ExitCode.failure }
  }

  private func report(
    of name: String, _ models: ModelLibrary
  ) throws -> (report: InfoReport, failure: TNGError?) {
    let limits = limiting.limits
    let bytes = try Endpoint(name).readAll(limit: limits.fileBytes)
    return try InfoReport.reading(name: name, bytes: bytes, limits: limits, models: models)
  }
}
