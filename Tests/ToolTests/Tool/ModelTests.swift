import Pixels
import TNG
import TestSupport
import Testing

@testable import TNGTool

@Suite("Models of a folder")
struct ModelTests {
  let folder = try! TemporaryFolder()

  init() throws {
    try folder.write(smallPicture, as: "a.png")
    _ = try runShell("mkdir models empty", in: folder)
    try folder.write(SmallModel().weights(), as: "models/small.tngw")
    try folder.write([1], as: "models/notes.txt")
  }

  private var smallPicture: PixelBuffer {
    PixelBuffer(
      width: 30, height: 20, format: .rgb, samples: [UInt8](repeating: 90, count: 30 * 20 * 3))
  }

  @Test("They encode and decode, before or behind the verb, or by the environment")
  func roundTrip() throws {
    for (line, name) in [
      ("$tng --models models encode a.png b.tng --model small", "b"),
      ("$tng encode a.png c.tng --model small --models models", "c"),
      ("TNG_MODELS=models $tng encode a.png d.tng --model small", "d"),
    ] {
      #expect(try runShell(line, in: folder).status == 0)
      #expect(try folder.read("\(name).tng") == folder.read("b.tng"))
    }
    #expect(try runShell("$tng decode b.tng --models models", in: folder).status == 0)
    #expect(try folder.readPicture("b.png").pixels.width == 30)
    let info = try runShell("$tng info b.tng --models models", in: folder)
    #expect(info.text.contains("small"))
  }

  @Test("Without the folder the model is not known")
  func unknown() throws {
    #expect(
      try runShell("$tng --models models encode a.png b.tng --model small", in: folder).status == 0)
    #expect(try runShell("$tng decode b.tng", in: folder).status == 1)
    let run = try runShell("$tng encode a.png e.tng --model small --models empty", in: folder)
    #expect(run.status == 1 && run.messages.contains("There is no model of this name."))
    #expect(try !folder.names.contains("e.tng"))
  }

  @Test("A folder of the environment that is not usable keeps from nothing else")
  func unusableEnvironment() throws {
    try folder.write([0x8A, 0x54, 0x4E, 0x57, 1, 0], as: "models/old.tngw")
    for path in ["none", "models"] {
      let run = try runShell("TNG_MODELS=\(path) $tng encode a.png b.tng --force", in: folder)
      #expect(run.status == 0)
      #expect(run.messages.hasPrefix("tng: TNG_MODELS: Warning: \(path)"))
    }
    #expect(try folder.names.contains("b.tng"))
  }

  @Test("A folder or a file that is not usable is named")
  func unusable() throws {
    let missing = try runShell("$tng encode a.png b.tng --models none", in: folder)
    #expect(missing.status == 1 && missing.messages.contains("--models: none"))
    try folder.write([0x8A, 0x54, 0x4E, 0x57, 1, 0], as: "models/old.tngw")
    let old = try runShell("$tng encode a.png b.tng --models models", in: folder)
    #expect(old.status == 1 && old.messages.contains("models/old.tngw"))
    #expect(old.messages.contains("version 1"))
    #expect(try folder.names.filter { $0.hasSuffix(".tng") }.isEmpty)
  }
}
