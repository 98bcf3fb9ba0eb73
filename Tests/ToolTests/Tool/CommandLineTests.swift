import Pixels
import TNG
import Testing

@testable import TNGTool

@Suite("The command line")
struct CommandLineTests {
  let folder = try! TemporaryFolder()

  @Test(
    "A wrong command line is refused before anything is done",
    arguments: [
      ["encode"],
      ["encode", "a.png", "--quality", "101"],
      ["encode", "a.png", "--quality", "nan"],
      ["encode", "a.png", "--quality", "50", "--target-size", "1KB"],
      ["encode", "a.png", "--target-size", "0"],
      ["encode", "a.png", "--target-psnr", "-3"],
      ["encode", "a.png", "--target-ssimulacra2", "101"],
      ["encode", "a.png", "--target-ssimulacra2", "70", "--target-psnr", "40"],
      ["encode", "a.png", "--tune", "size"],
      ["encode", "a.png", "--effort", "10"],
      ["encode", "a.png", "--threads", "0"],
      ["encode", "a.png", "b.png", "-o", "c.tng"],
      ["encode", "a.png", "-o", "c.tng", "--output-directory", "d"],
      ["encode", "-", "--output-directory", "d"],
      ["decode", "a.tng", "b.xyz"],
      ["decode", "a.tng", "--format", "gif"],
      ["decode", "a.tng", "--max-pixels", "0"],
      ["decode", "a.tng", "--max-memory", "much"],
      ["decode", "a.tng", "--max-tile-time", "-1"],
      ["info"],
      ["compare", "a.png"],
      ["paint"],
    ])
  func usage(arguments: [String]) throws {
    let run = try runShell("$tng \(arguments.joined(separator: " "))", in: folder)
    #expect(run.status == 64)
    #expect(run.messages.contains("Error: "))
    #expect(try folder.names.isEmpty)
  }

  @Test(
    "A negative number is out of range, and not a missing one",
    arguments: [
      ("--quality -5", "The quality must be a number from 0 to 100."),
      ("--target-psnr -3", "The target PSNR must be a positive number of decibels."),
      ("--target-ssimulacra2 -1", "The target SSIMULACRA2 must be a number from 0 to 100."),
      ("--target-size -1", "The value '-1' is invalid"),
      ("--effort -1", "The effort must be a number from 0 to 9."),
      ("--threads -2", "The number of threads must be from 1 to 1024."),
      ("--max-pixels -1", "A limit must be at least 1."),
    ])
  func negativeNumbers(options: String, message: String) throws {
    let run = try runShell("$tng encode a.png \(options)", in: folder)
    #expect(run.status == 64 && run.messages.contains(message))
  }

  @Test(
    "What is wrong with a command line comes with the usage of its verb",
    arguments: [
      "encode a.tng", "decode a.png", "info - -", "compare - -",
    ])
  func usageOfTheVerb(arguments: String) throws {
    let run = try runShell("$tng \(arguments) < /dev/null", in: folder)
    let verb = arguments.prefix { $0 != " " }
    #expect(run.status == 64)
    #expect(run.messages.contains("Usage: tng \(verb) <"))
    #expect(run.messages.contains("See 'tng \(verb) --help' for more information."))
  }

  @Test(
    "A name that is its own output is refused by what the verb reads",
    arguments: [
      ("decode a.png", "decode reads TNG files."),
      ("encode a.tng", "encode reads pictures of other formats than TNG."),
    ])
  func ownOutput(arguments: String, message: String) throws {
    let run = try runShell("$tng \(arguments)", in: folder)
    #expect(run.status == 64 && run.messages.contains(message))
  }

  @Test(
    "Standard input is read only once",
    arguments: ["encode - - -", "decode a.tng - -", "info - -", "compare - -"])
  func standardInputTwice(arguments: String) throws {
    let run = try runShell("$tng \(arguments) < /dev/null", in: folder)
    #expect(run.status == 64)
    #expect(run.messages.contains("Standard input can be read only once."))
  }

  @Test("Help and version are no errors", arguments: ["--help", "--version", "help encode"])
  func help(argument: String) throws {
    let run = try runShell("$tng \(argument)", in: folder)
    #expect(run.status == 0 && !run.output.isEmpty && run.messages.isEmpty)
  }

  @Test("A number of bytes is read with its unit")
  func byteCounts() {
    let expected = [
      "1": 1, "20000": 20000, "20KB": 20000, "20kB": 20000, "20 kb": 20000, "1.5MB": 1_500_000,
      "64KiB": 65536, "2MiB": 2_097_152, "7B": 7, "0.5KB": 500,
    ]
    for (text, bytes) in expected {
      #expect(ByteCount(argument: text)?.bytes == bytes, "\(text)")
    }
    for text in ["", "KB", "-1", "0", "0.0001", "1e3", "5 apples", "1..2", "99999999999999MB", "٣"]
    {
      #expect(ByteCount(argument: text) == nil, "\(text)")
    }
  }

  @Test("A path is taken apart at its last slash and its last dot")
  func fileNames() {
    let parts = { (path: String) in
      let name = FileName(path)
      return [name.folder, name.stem, name.fileExtension].map(String.init)
    }
    #expect(parts("a/b.c/d.e.png") == ["a/b.c/", "d.e", "png"])
    #expect(parts("d") == ["", "d", ""])
    #expect(parts("/.hidden") == ["/", ".hidden", ""])
    #expect(parts("a.") == ["", "a", ""])
    #expect(parts("a/") == ["a/", "", ""])
    let accent = "\u{301}"
    let accented = parts("a/" + accent + "b." + accent + "c").map { Array($0.unicodeScalars) }
    #expect(accented == ["a/", accent + "b", accent + "c"].map { Array($0.unicodeScalars) })
  }
}
