import Pixels
import TNG
import Testing

@Suite("Many files at once")
struct BatchTests {
  let folder = try! TemporaryFolder()

  init() throws {
    for (index, name) in ["a.png", "b.png", "c.jpg"].enumerated() {
      try folder.write(.pattern(width: 20 + index, height: 20, format: .rgb), as: name)
    }
  }

  @Test("Every file gets its output beside it")
  func beside() throws {
    let run = try runTool("encode", "a.png", "b.png", "c.jpg", in: folder)
    #expect(run.status == 0 && run.messages.isEmpty && run.output.isEmpty)
    #expect(try folder.names == ["a.png", "a.tng", "b.png", "b.tng", "c.jpg", "c.tng"])
  }

  @Test("A folder takes the outputs and is made when it is missing")
  func outputDirectory() throws {
    let encoded = try runTool(
      "encode", "a.png", "c.jpg", "--output-directory", "x/y", in: folder)
    #expect(encoded.status == 0)
    let decoded = try runTool(
      "decode", "x/y/a.tng", "x/y/c.tng", "--output-directory", "x", "--format", "webp", in: folder)
    #expect(decoded.status == 0)
    #expect(try folder.readPicture("x/a.webp").pixels.width == 20)
    #expect(try folder.readPicture("x/c.webp").pixels.width == 22)
  }

  @Test("A file that fails is named and does not stop the others")
  func failure() throws {
    try folder.write(Array("no picture".utf8), as: "bad.png")
    let run = try runTool("encode", "missing.png", "a.png", "bad.png", "b.png", in: folder)
    #expect(run.status == 1)
    #expect(run.messages.contains("tng: missing.png: There is no such file or folder.\n"))
    #expect(run.messages.contains("tng: bad.png: The file is not a picture in a format"))
    #expect(run.messages.split(separator: "\n").count == 2)
    #expect(try folder.names == ["a.png", "a.tng", "b.png", "b.tng", "bad.png", "c.jpg"])
  }

  @Test("Two inputs with one output stop everything before anything is written")
  func collision() throws {
    try folder.write(.pattern(width: 9, height: 9, format: .gray), as: "a.jpg")
    let before = try folder.names
    for names in [["b.png", "a.png", "a.jpg"], ["b.png", "a.png", "./a.png"]] {
      let line = "$tng encode \(names.joined(separator: " "))"
      let run = try runShell(line, in: folder)
      #expect(run.status == 64)
      #expect(run.messages.contains("would be written to"))
      #expect(try folder.names == before)
    }
  }

  @Test("An output that is an input stops everything, even with --force")
  func outputIsInput() throws {
    let before = try folder.read("a.png")
    let run = try runShell(
      "ln -s a.png link.png; $tng encode link.png -o a.png --force", in: folder)
    #expect(run.status == 64)
    #expect(run.messages.contains("a.png would be written over an input."))
    #expect(try folder.read("a.png") == before)
  }

  @Test("The number of threads does not change the files")
  func threads() throws {
    try runTool("encode", "a.png", "b.png", "c.jpg", "--threads", "1", in: folder)
    try runTool(
      "encode", "a.png", "b.png", "c.jpg", "--threads", "5", "--output-directory", "d", in: folder)
    for name in ["a.tng", "b.tng", "c.tng"] {
      #expect(try folder.read(name) == folder.read("d/" + name))
    }
  }
}
