import ArgumentParser
import Pixels
import TNG

/// `tng compare`: how close two pictures are.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Says how close two pictures are, and how large their files.",
    discussion: """
      Prints PSNR, MS-SSIM and SSIMULACRA2 over the colours that are visible in the original, where \
      alpha is not 0, and how far alpha differs, all in 8 bits, and bytes and bits per pixel of both \
      files, which may be TNG or any format that encode reads. SSIMULACRA2 says what \
      people see: 100 for equal pictures, 90 where no difference can be seen, 70 for high, 50 for \
      medium and 30 for low quality.
      """)

  @Argument(help: "The original picture.", completion: .file())
  var a: String

  @Argument(help: "The other picture.", completion: .file())
  var b: String

  @Flag(help: "Print a JSON object.")
  var json = false

  @OptionGroup var threading: ThreadOptions
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup(title: "Limits") var limiting: LimitOptions

  func validate() throws { try checkStandardInput([a, b]) }

  func run() throws {
    let console = Console(fileCount: 1)
    let models = try modelOptions.library()
    let pictures = try [a, b].map { name in
      do {
        return try MeasuredPicture(
          name: name, threads: threading.count, limits: limiting.limits, models: models)
      } catch {
        console.report(FileFailure(error), of: name)
        throw ExitCode.failure
      }
    }
    do {
      let report = try ComparisonReport(pictures[0], pictures[1], threads: threading.count)
      if pictures[0].picture.metadata.iccProfile != pictures[1].picture.metadata.iccProfile {
        console.warn("The colour profiles differ; the samples are compared as they are.", of: b)
      }
      try printReport(json ? jsonText(report) : report.text)
    } catch {
      console.report(FileFailure(error), of: "\(a), \(b)")
      throw ExitCode.failure
    }
  }
}
