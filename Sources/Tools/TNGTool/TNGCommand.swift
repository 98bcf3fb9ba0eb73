import ArgumentParser
import Foundation

/// The `tng` command: its verbs are in `Subcommands/`.
@main
struct TNGCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tng",
    abstract: "Makes pictures small, and shows them again.",
    discussion: """
      TNG (Tiny Network Graphics) is a picture format whose encoder and decoder are neural networks \
      in integer arithmetic: the same file gives the same pixels everywhere.

      A name of "-" stands for standard input or standard output. Messages go to standard error.

      Exit status:

        0      All went well; with --partial, as far as the file goes.
        1      A file failed: a message says why. The others are done.
        64     The command line was wrong. Nothing was done.
        128+n  Signal n ended the program: 130 by Ctrl-C, 143 by kill.

      A file that is not written to its end does not appear, and one that was there stays as it was.

      Completions for the shell: tng --generate-completion-script bash (or zsh, fish).
      """,
    version: "0.1.0",
    subcommands: [EncodeCommand.self, DecodeCommand.self, InfoCommand.self, CompareCommand.self])

  @OptionGroup var modelOptions: ModelOptions

  static func main() {
    keepStandardStreams()
    prepareSignals()
    do {
      var command = try parseAsRoot(SystemText.arguments)
      do {
        try command.run()
      } catch let error as ValidationError {
        end(error, message: message(for: error, of: type(of: command)))
      }
    } catch {
      end(error, message: fullMessage(for: error))
    }
  }

  /// The message for a command line that a verb refuses when it runs: the error and the verb's usage,
  /// as for a command line that cannot be parsed.
  private static func message(
    for error: ValidationError, of verb: any ParsableCommand.Type
  ) -> String {
    let name = verb.configuration.commandName.map { "tng \($0)" } ?? "tng"
    // A usage that the verb's configuration gives comes without this word.
    var usage = usageString(for: verb)
    if !usage.hasPrefix("Usage: ") {
      usage = "Usage: " + usage.replacing("\n", with: "\n       ")
    }
    return """
      Error: \(error.message)
      \(usage)
        See '\(name) --help' for more information.
      """
  }

  /// Prints what an error, or a call for help, has to say, and ends the program.
  private static func end(_ error: any Error, message: String) -> Never {
    let code = exitCode(for: error)
    if !message.isEmpty {
      let stream = code.isSuccess ? STDOUT_FILENO : STDERR_FILENO
      // There is nobody to tell when the stream itself is closed.
      try? writeAll(SystemText.bytes(message + "\n"), to: stream)
    }
    Foundation.exit(code.rawValue)
  }
}
