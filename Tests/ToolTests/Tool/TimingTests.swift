import Foundation
import Pixels
import TNG
import Testing

@Suite("What --timing tells")
struct TimingTests {
  let folder = try! TemporaryFolder()

  /// A line of standard error, if it is one of times.
  private struct Line: Decodable {
    let file: String
    let threads: Int
  }

  private func lines(_ run: ToolRun) -> [Line] {
    run.messages.split(separator: "\n").compactMap {
      try? JSONDecoder().decode(Line.self, from: Data($0.utf8))
    }
  }

  @Test("Of several files each has all threads, one after another")
  func batch() throws {
    for name in ["a.png", "b.png", "c.png"] {
      try folder.write(.pattern(width: 20, height: 20, format: .rgb), as: name)
    }
    let encoded = try runTool(
      "encode", "a.png", "b.png", "c.png", "--timing", "json", "--threads", "5", in: folder)
    #expect(lines(encoded).map(\.file) == ["a.png", "b.png", "c.png"])
    #expect(lines(encoded).map(\.threads) == [5, 5, 5])
    let decoded = try runTool(
      "decode", "b.tng", "a.tng", "--timing", "json", "--threads", "3", "--format", "ppm",
      in: folder)
    #expect(lines(decoded).map(\.file) == ["b.tng", "a.tng"])
    #expect(lines(decoded).map(\.threads) == [3, 3])
  }

  @Test("A damaged file has one warning, however often it is decoded")
  func warning() throws {
    let picture = Picture(pixels: .pattern(width: 50, height: 30, format: .rgb))
    try folder.write(Array(TNGEncoder().encode(picture).dropLast(20)), as: "cut.tng")
    let run = try runTool("decode", "cut.tng", "--partial", "--timing", "json", in: folder)
    #expect(run.status == 0 && lines(run).count == 1)
    #expect(run.messages.components(separatedBy: "Warning: ").count == 2)
  }
}
