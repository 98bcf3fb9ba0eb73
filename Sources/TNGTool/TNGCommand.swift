import ArgumentParser

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

      The exit status is 0 when all went well, 1 when a file failed (the others are done), and 64 \
      when the command line was wrong (nothing is done).

      Completions for the shell: tng --generate-completion-script bash (or zsh, fish).
      """,
    version: "0.1.0",
    subcommands: [EncodeCommand.self, DecodeCommand.self, InfoCommand.self, CompareCommand.self])

  static func main() {
    prepareSignals()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      exit(withError: error)
    }
  }
}
