import Foundation
import Pixels
import TNG
import Testing

@Suite("The files that the program writes")
struct OutputTests {
  let folder = try! TemporaryFolder()

  init() throws {
    try folder.write(.pattern(width: 20, height: 20, format: .rgb), as: "a.png")
  }

  @Test("A file that exists is kept, and replaced with --force")
  func overwriting() throws {
    try folder.write([1, 2, 3], as: "a.tng")
    let refused = try runTool("encode", "a.png", in: folder)
    #expect(refused.status == 1)
    #expect(refused.messages == "tng: a.png: a.tng: The file exists; --force overwrites it.\n")
    #expect(try folder.read("a.tng") == [1, 2, 3])

    #expect(try runTool("encode", "a.png", "--force", in: folder).status == 0)
    #expect(try runTool("info", "a.tng", in: folder).status == 0)
    #expect(try folder.names == ["a.png", "a.tng"])
  }

  @Test("A replaced file keeps its access bits, a new one has the usual ones")
  func accessBits() throws {
    try folder.write([1], as: "private.tng")
    let line = """
      umask 022; chmod 600 private.tng
      $tng encode a.png private.tng --force && $tng encode a.png new.tng
      stat -c %a private.tng new.tng
      """
    #expect(try runShell(line, in: folder).text == "600\n644\n")
  }

  @Test("Through a link the file is replaced, not the link")
  func link() throws {
    try folder.write([1], as: "target.tng")
    let line =
      "ln -s target.tng link.tng && $tng encode a.png link.tng --force && readlink link.tng"
    #expect(try runShell(line, in: folder).text == "target.tng\n")
    #expect(try runTool("info", "target.tng", in: folder).status == 0)
  }

  @Test("A device is written in place and stays a device")
  func device() throws {
    let run = try runShell("$tng encode a.png -o /dev/null && test -c /dev/null", in: folder)
    #expect(run.status == 0)
  }

  @Test("A full disk is an error in words")
  func fullDisk() throws {
    let run = try runTool("encode", "a.png", "-o", "/dev/full", in: folder)
    #expect(run.status == 1)
    #expect(run.messages == "tng: a.png: /dev/full: There is no space left.\n")
  }

  @Test("A folder that does not exist is an error, and nothing is left behind")
  func missingFolder() throws {
    let run = try runTool("encode", "a.png", "-o", "no/such/b.tng", in: folder)
    #expect(run.status == 1)
    #expect(run.messages == "tng: a.png: no/such/b.tng: There is no such file or folder.\n")
    #expect(try folder.names == ["a.png"])
  }

  @Test("A signal ends the program and removes what is not finished", arguments: [SIGINT, SIGTERM])
  func signal(number: Int32) throws {
    let side = 4000
    let flat = [UInt8](repeating: 90, count: side * side)
    try folder.write(Array("P5 \(side) \(side) 255\n".utf8) + flat, as: "large.pgm")
    let line = """
      set -m
      $tng encode large.pgm --threads 1 & tool=$!
      until compgen -G '.tng-*.part' > /dev/null; do kill -0 $tool || exit 99; done
      kill -\(number) $tool; wait $tool
      """
    #expect(try runShell(line, in: folder).status == 128 + number)
    #expect(try folder.names == ["a.png", "large.pgm"])
  }

  @Test("A signal that the caller ignores does not end the program")
  func ignoredSignal() throws {
    try folder.write(
      Array("P5 4000 4000 255\n".utf8) + [UInt8](repeating: 90, count: 16_000_000), as: "large.pgm")
    let line = """
      trap '' HUP
      $tng encode large.pgm --threads 1 & tool=$!
      until compgen -G '.tng-*.part' > /dev/null; do kill -0 $tool || exit 99; done
      kill -HUP $tool; wait $tool
      """
    #expect(try runShell(line, in: folder).status == 0)
    #expect(try folder.names.contains("large.tng"))
  }

  @Test("Names may hold spaces, signs, letters of any script, and begin with a dash")
  func oddNames() throws {
    for name in ["with space", "100 %", "Ünïcödé 写真", "a\nb", "-dash", ".hidden", "dots.in.it"] {
      try folder.write(folder.read("a.png"), as: name + ".png")
      #expect(try runTool("encode", "--", name + ".png", in: folder).status == 0)
      #expect(try runTool("decode", "--", name + ".tng", name + ".ppm", in: folder).status == 0)
      #expect(try folder.readPicture(name + ".ppm").pixels.width == 20)
    }
  }
}
