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

  static let hasScript = (try? runShell("command -v script", in: TemporaryFolder()).status) == 0

  @Test("On a terminal it is shown how much of a file is done", .enabled(if: hasScript))
  func progress() throws {
    let line = "script --quiet --return --command \"$tng encode a.png --effort 9\" typescript"
    let run = try runShell(line, in: folder)
    #expect(run.status == 0)
    #expect(run.text.contains("# ] 97 %") && run.text.hasSuffix("\r\u{1B}[K"))
    #expect(try runTool("encode", "a.png", "--force", in: folder).messages.isEmpty)
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

  /// A file system of 64 KiB, or one that cannot be written to, seen by one command alone.
  static let canMount = {
    let line = "unshare --map-root-user --mount mount -t tmpfs none /mnt"
    return (try? runShell(line, in: TemporaryFolder()).status) == 0
  }()

  @Test("On a full disk nothing appears, and what was there stays", .enabled(if: canMount))
  func fullFileSystem() throws {
    try folder.write(.pattern(width: 300, height: 300, format: .rgb), as: "large.png")
    try runTool("encode", "large.png", in: folder)
    let before = try folder.read("large.tng")
    let script = """
      unshare --map-root-user --mount bash -c '
        mount -t tmpfs -o size=64k none /mnt && echo old > /mnt/large.ppm
        "$0" decode large.tng /mnt/large.ppm --force; echo $?; cat /mnt/large.ppm; ls -A /mnt' "$tng"
      """
    let run = try runShell(script, in: folder)
    #expect(run.text == "1\nold\nlarge.ppm\n")
    #expect(run.messages == "tng: large.tng: /mnt/large.ppm: There is no space left.\n")
    #expect(try folder.read("large.tng") == before)
  }

  @Test("A read-only file system is an error in words", .enabled(if: canMount))
  func readOnlyFileSystem() throws {
    let script = """
      unshare --map-root-user --mount bash -c '
        mount -t tmpfs -o ro none /mnt && "$0" encode a.png /mnt/a.tng' "$tng"
      """
    let run = try runShell(script, in: folder)
    #expect(run.status == 1)
    #expect(run.messages == "tng: a.png: /mnt/a.tng: The file system is read-only.\n")
  }

  @Test("A folder that may not be written to is an error in words")
  func forbiddenFolder() throws {
    // Root may write anywhere, so it becomes somebody else.
    let script = """
      mkdir kept && chmod 555 kept && chmod 755 . && chmod 644 a.png
      [ $(id -u) -ne 0 ] || other='setpriv --reuid 65534 --regid 65534 --clear-groups'
      $other "$tng" encode a.png kept/a.tng
      """
    let run = try runShell(script, in: folder)
    #expect(run.status == 1)
    #expect(run.messages == "tng: a.png: kept/a.tng: Permission is denied.\n")
    #expect(try folder.names == ["a.png", "kept"])
  }

  @Test("A limit on the size of files is an error in words, and leaves nothing behind")
  func fileSizeLimit() throws {
    try folder.write(.pattern(width: 100, height: 100, format: .rgb), as: "b.ppm")
    try runTool("encode", "b.ppm", in: folder)
    let run = try runShell("ulimit -f 8; $tng decode b.tng c.ppm", in: folder)
    #expect(run.status == 1)
    #expect(run.messages == "tng: b.tng: c.ppm: The file is larger than this system allows.\n")
    #expect(try folder.names == ["a.png", "b.ppm", "b.tng"])
  }

  @Test("A folder that does not exist is an error, and nothing is left behind")
  func missingFolder() throws {
    let run = try runTool("encode", "a.png", "-o", "no/such/b.tng", in: folder)
    #expect(run.status == 1)
    #expect(run.messages == "tng: a.png: no/such/b.tng: There is no such file or folder.\n")
    #expect(try folder.names == ["a.png"])
  }

  @Test(
    "A signal ends the program and removes what is not finished",
    arguments: [SIGINT, SIGTERM, SIGQUIT, SIGALRM, SIGXCPU, SIGUSR1])
  func signal(number: Int32) throws {
    let side = 4000
    let flat = [UInt8](repeating: 90, count: side * side)
    let large = Array("P5 \(side) \(side) 255\n".utf8) + flat
    try folder.write(large, as: "large.pgm")
    try folder.write([1, 2, 3], as: "large.tng")
    let line = """
      set -m
      ulimit -c 0
      $tng encode large.pgm --force --threads 1 & tool=$!
      until compgen -G '.tng-*.part' > /dev/null; do kill -0 $tool || exit 99; done
      kill -\(number) $tool; wait $tool
      """
    #expect(try runShell(line, in: folder).status == 128 + number)
    #expect(try folder.names == ["a.png", "large.pgm", "large.tng"])
    #expect(try folder.read("large.pgm") == large && folder.read("large.tng") == [1, 2, 3])
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

  @Test("Names that are not UTF-8 keep their bytes, in files, folders and messages")
  func bytesOfNames() throws {
    let line = #"""
      for name in $'a\xff' $'a\xfe' $'caf\xe9' $'\xf4\x8f\xbc\x80' $'e\xcc\x81' $'\xc3\xa9'; do cp a.png "$name.png"; done
      rm a.png
      $tng encode *.png --output-directory $'o\xff/p' && ls -1b *.png o*/p | LC_ALL=C sort | tr '\n' ' '
      $tng encode $'no\xff.png' 2>&1 | od -An -c | tr -d ' \n'
      $tng info --json $'o\xff/p/a\xff.tng' | grep '"file"' | od -An -c | tr -d ' \n'
      """#
    let run = try runShell("export LC_ALL=C; " + line, in: folder)
    #expect(run.messages == "")
    for name in [
      #"a\377"#, #"a\376"#, #"caf\351"#, #"\364\217\274\200"#, #"e\314\201"#, #"\303\251"#,
    ] {
      #expect(run.text.contains(name + ".png ") && run.text.contains(name + ".tng "), "\(name)")
    }
    #expect(run.text.contains(#"tng:no377.png:Thereisno"#))
    #expect(run.text.contains(#"a357277275.tng"#) || run.text.contains(#"a\357\277\275.tng"#))
  }

  @Test("Standard output is meant by its name in /dev too, also when it is a file")
  func standardOutputByName() throws {
    let line = """
      $tng encode a.png && $tng encode a.png -o /dev/stdout > b.tng && cmp a.tng b.tng
      $tng encode a.png -o /dev/stdout | cmp - a.tng
      $tng encode a.png -o >(cat > c.tng) && while ! cmp -s a.tng c.tng; do sleep 0.1; done
      $tng encode a.png -o /dev/fd/3 3> d.tng && cmp a.tng d.tng
      $tng encode <(cat a.png) -o e.tng && cmp a.tng e.tng
      $tng encode /dev/stdin < a.png | cmp - a.tng
      """
    let run = try runShell("set -e; " + line, in: folder)
    #expect(run.status == 0 && run.messages == "" && run.text == "")
  }

  @Test("An input that has no name of its own needs one for the output")
  func namelessInput() throws {
    let run = try runShell("$tng encode <(cat a.png)", in: folder)
    #expect(run.status == 64 && run.messages.contains("give --output"))
  }

  @Test(
    "A name that ends like another format than what is written is refused",
    arguments: [
      "encode a.png -o b.webp", "encode a.png -o b.JPG", "decode a.tng -o b.webp --format png",
      "decode a.tng -o b.tng --format png", "decode a.tng -o b.tng",
    ])
  func contradictingName(arguments: String) throws {
    let run = try runShell("$tng encode a.png; $tng \(arguments)", in: folder)
    #expect(run.status == 64)
    #expect(try folder.names == ["a.png", "a.tng"])
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
