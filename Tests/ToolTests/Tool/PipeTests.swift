import ImageFiles
import Pixels
import TNG
import Testing

@Suite("The program in pipes")
struct PipeTests {
  let folder = try! TemporaryFolder()
  let picture = PixelBuffer.pattern(width: 50, height: 30, format: .rgb)

  @Test("Standard input and output give what files give")
  func pipesEqualFiles() throws {
    try folder.write(picture, as: "a.png")
    #expect(try runTool("encode", "a.png", in: folder).status == 0)
    let encoded = try runTool("encode", "-", input: folder.read("a.png"), in: folder)
    #expect(encoded.status == 0 && encoded.messages.isEmpty)
    #expect(try encoded.output == folder.read("a.tng"))

    #expect(try runTool("decode", "a.tng", "b.png", in: folder).status == 0)
    let decoded = try runTool("decode", "-", "-", input: encoded.output, in: folder)
    #expect(decoded.status == 0 && decoded.messages.isEmpty)
    #expect(try decoded.output == folder.read("b.png"))
  }

  @Test("A format is chosen for a pipe by --format")
  func formatOfPipe() throws {
    let file = try TNGEncoder().encode(Picture(pixels: picture))
    let decoded = try runTool("decode", "-", "--format", "ppm", input: file, in: folder)
    #expect(decoded.text.hasPrefix("P6"))
    let pixels = try TNGDecoder().decode(file).pixels
    #expect(try ImageReader().read(decoded.output).pixels == pixels)
  }

  @Test("A reader that goes away is an error in words, not silence")
  func closedPipe() throws {
    // More than a pipe holds, so that the program writes when the reader has gone.
    try folder.write(.pattern(width: 300, height: 300, format: .rgb), as: "a.png")
    try runTool("encode", "a.png", in: folder)
    let line = "$tng decode a.tng - --format ppm | head -c 1 > head; exit ${PIPESTATUS[0]}"
    let run = try runShell(line, in: folder)
    #expect(run.status == 1)
    #expect(
      run.messages == "tng: a.tng: standard output: The reader closed the pipe before the end.\n")
  }

  @Test("A closed standard stream is an error, and no message gets into a file")
  func closedStreams() throws {
    let file = try TNGEncoder().encode(Picture(pixels: picture))
    try folder.write(Array(file.dropLast(20)), as: "cut.tng")
    try runTool("decode", "cut.tng", "expected.ppm", "--partial", in: folder)
    try runShell("$tng decode cut.tng a.ppm --partial 2>&-", in: folder)
    #expect(try folder.read("a.ppm") == folder.read("expected.ppm"))
    #expect(try runShell("$tng decode cut.tng - --partial >&-", in: folder).status == 1)
    #expect(try runShell("$tng decode - a.png <&-", in: folder).status == 1)
  }

  @Test("An endless input is given up at the limit of memory")
  func endlessInput() throws {
    let line = "yes | $tng decode - a.png --max-file-size 1MB"
    let run = try runShell(line, in: folder)
    #expect(run.status == 1)
    #expect(
      run.messages == """
        tng: -: The file has more than 1000000 bytes. --max-file-size raises this limit.\n
        """)
  }

  @Test("An empty standard input is an error", arguments: ["encode", "decode", "info"])
  func emptyInput(verb: String) throws {
    let run = try runTool(verb, "-", in: folder)
    #expect(run.status == 1)
    #expect(run.messages.hasPrefix("tng: -: The file is "))
    #expect(run.output.isEmpty)
  }
}
