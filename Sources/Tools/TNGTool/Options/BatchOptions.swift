import ArgumentParser
import Foundation

/// The files of a verb that makes one file of each.
struct BatchOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The files to read. Of two names the second is the file to write, if its ending says so.",
      valueName: "input"),
    completion: .file())
  var names: [String] = []

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file())
  var output: String?

  @Option(
    help: ArgumentHelp(
      "The folder to write to, with the names of the inputs; it is made if it is missing.",
      valueName: "folder"),
    completion: .directory)
  var outputDirectory: String?

  @Flag(help: "Overwrite files that exist.")
  var force = false

  @OptionGroup var threading: ThreadOptions

  @Option(
    help: ArgumentHelp(
      "Tell on standard error how long the codec alone takes, from memory to memory: the best of up to six runs. Files go one after another.",
      valueName: "json"))
  var timing: TimingFormat?

  func validate() throws {
    if names.isEmpty { throw ValidationError("There is no file to read.") }
    if output != nil && outputDirectory != nil {
      throw ValidationError("Only one of --output and --output-directory can be given.")
    }
  }
}

extension BatchOptions {
  /// Makes the folder that was asked for, with those above it.
  func makeOutputDirectory() throws {
    guard let outputDirectory else { return }
    var ends = outputDirectory.utf8.indices.filter { outputDirectory.utf8[$0] == UInt8(ascii: "/") }
    ends = ends.filter { $0 != outputDirectory.startIndex } + [outputDirectory.endIndex]
    for end in ends { _ = withPath(String(outputDirectory[..<end])) { mkdir($0, 0o777) } }
    var status = stat()
    guard withPath(outputDirectory, { stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFDIR
    else { throw ValidationError("The folder \(outputDirectory) cannot be made.") }
  }
}

/// How much of the machine to use.
struct ThreadOptions: ParsableArguments {
  @Option(
    name: .customLong("threads"), parsing: .unconditional,
    help: ArgumentHelp(
      "The number of threads. The default is one for each processor; the result is the same.",
      valueName: "number"))
  private var requested: Int?

  /// The number of threads, at least 1.
  var count: Int { requested ?? ProcessInfo.processInfo.activeProcessorCount }

  func validate() throws {
    guard (1...1024).contains(count) else {
      throw ValidationError("The number of threads must be from 1 to 1024.")
    }
  }
}
