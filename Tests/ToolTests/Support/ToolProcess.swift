import Foundation

/// A run of the built `tng` program, ended.
struct ToolRun {
  /// The exit status, or minus the number of the signal that ended the program.
  let status: Int32
  /// What it wrote to standard output.
  let output: [UInt8]
  /// What it wrote to standard error.
  let messages: String

  /// Standard output as text.
  var text: String { String(decoding: output, as: UTF8.self) }
}

/// The program, which is built beside the tests.
let toolURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
  .appending(path: "tng")

/// Runs the program to its end.
@discardableResult
func runTool(
  _ arguments: String..., input: [UInt8] = [], in folder: TemporaryFolder
) throws -> ToolRun {
  try run(toolURL, arguments, input: input, in: folder)
}

/// Runs a line of bash, in which `$tng` is the program, to its end.
@discardableResult
func runShell(_ line: String, in folder: TemporaryFolder) throws -> ToolRun {
  let script = "tng='\(toolURL.path(percentEncoded: false))'; \(line)"
  return try run(URL(filePath: "/bin/bash"), ["-c", script], input: [], in: folder)
}

private func run(
  _ program: URL, _ arguments: [String], input: [UInt8], in folder: TemporaryFolder
) throws -> ToolRun {
  // Files and not pipes, so that nobody waits for a full pipe.
  let streams = try TemporaryFolder()
  try streams.write(input, as: "input")
  try streams.write([], as: "output")
  try streams.write([], as: "messages")
  let process = Process()
  process.executableURL = program
  process.arguments = arguments
  process.currentDirectoryURL = folder.url
  process.standardInput = try FileHandle(forReadingFrom: streams.url(of: "input"))
  process.standardOutput = try FileHandle(forWritingTo: streams.url(of: "output"))
  process.standardError = try FileHandle(forWritingTo: streams.url(of: "messages"))
  try process.run()
  process.waitUntilExit()
  let wasSignal = process.terminationReason == .uncaughtSignal
  return ToolRun(
    status: wasSignal ? -process.terminationStatus : process.terminationStatus,
    output: try streams.read("output"),
    messages: String(decoding: try streams.read("messages"), as: UTF8.self))
}
