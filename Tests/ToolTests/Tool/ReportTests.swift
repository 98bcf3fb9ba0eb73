import Foundation
import Pixels
import TNG
import Testing

@Suite("What info and compare say")
struct ReportTests {
  let folder = try! TemporaryFolder()
  let metadata = Metadata(xmp: xmpPacket(orientation: 1))

  init() throws {
    let pixels = PixelBuffer.pattern(width: 200, height: 180, format: .grayAlpha)
    try folder.write(Picture(pixels: pixels, metadata: metadata), as: "a.png")
    try runTool("encode", "a.png", "--quality", "100", in: folder)
  }

  private func object(_ run: ToolRun) throws -> [String: Any] {
    let json = try JSONSerialization.jsonObject(with: Data(run.output))
    return try #require(json as? [String: Any] ?? (json as? [[String: Any]])?.first)
  }

  @Test("info gives header and metadata as JSON")
  func infoAsJSON() throws {
    let report = try object(runTool("info", "--json", "a.tng", in: folder))
    let bytes = try folder.read("a.tng").count
    #expect(report["width"] as? Int == 200 && report["height"] as? Int == 180)
    #expect(report["color"] as? String == "gray" && report["hasAlpha"] as? Bool == true)
    #expect(report["qualityLevel"] as? Int == 127)
    #expect(report["bytes"] as? Int == bytes)
    let bitsPerPixel = try #require(report["bitsPerPixel"] as? Double)
    #expect(abs(bitsPerPixel - Double(8 * bytes) / 36000) < 1e-12)
    #expect(report["metadata"] as? [String: Int] == ["xmp": metadata.xmp!.count])
  }

  @Test("info gives the same to people, of each file")
  func infoAsText() throws {
    let run = try runTool("info", "a.tng", "missing.tng", "a.tng", in: folder)
    #expect(run.status == 1)
    #expect(run.messages == "tng: missing.tng: There is no such file or folder.\n")
    #expect(run.text.split(separator: "\n").filter { $0 == "a.tng" }.count == 2)
    #expect(run.text.contains("200×180 pixels, grey with alpha\n"))
    #expect(run.text.contains("metadata  XMP \(metadata.xmp!.count) bytes\n"))
  }

  @Test("Of a cut file info says what is known, and that it is cut")
  func infoOfCutFile() throws {
    let file = try folder.read("a.tng")
    for length in [14, file.count - 1] {
      try folder.write(Array(file.prefix(length)), as: "cut.tng")
      let run = try runTool("info", "cut.tng", in: folder)
      #expect(run.status == 1)
      #expect(run.messages.contains("cut.tng: The file is cut: it ends at byte \(length)"))
      #expect(run.text.contains("200×180 pixels, grey with alpha\n"))
      #expect(run.text.contains("  quality   level ") == (length > 14))
      let report = try object(runTool("info", "--json", "cut.tng", in: folder))
      #expect(report["error"] as? String == "truncated" && report["width"] as? Int == 200)
      #expect(report["bitsPerPixel"] == nil)
    }
    let whole = try object(runTool("info", "--json", "a.tng", in: folder))
    #expect(whole["error"] == nil)
  }

  @Test("compare tells pictures apart that differ in alpha alone")
  func compareAlpha() throws {
    let opaque = PixelBuffer.flat(width: 20, height: 20, [9, 8, 7, 255], format: .rgba)
    try folder.write(opaque, as: "opaque.png")
    try folder.write(
      PixelBuffer.flat(width: 20, height: 20, [9, 8, 7, 100], format: .rgba), as: "clear.png")
    try folder.write(
      PixelBuffer.flat(width: 20, height: 20, [9, 8, 7], format: .rgb), as: "rgb.png")
    let report = try object(runTool("compare", "--json", "opaque.png", "clear.png", in: folder))
    #expect(report["areEqual"] as? Bool == false && report["psnr"] == nil)
    #expect(report["largestAlphaDifference"] as? Int == 155)
    let text = try runTool("compare", "opaque.png", "clear.png", in: folder).text
    #expect(text.contains("alpha        differs by up to 155 of 255\n"))
    let same = try object(runTool("compare", "--json", "opaque.png", "rgb.png", in: folder))
    #expect(same["areEqual"] as? Bool == true)
    #expect(same["largestAlphaDifference"] as? Int == 0)
  }

  @Test("compare measures a TNG file against another picture")
  func compare() throws {
    let report = try object(runTool("compare", "--json", "a.png", "a.tng", in: folder))
    let files = try #require(report["files"] as? [[String: Any]])
    #expect(
      try files.map { $0["bytes"] as? Int } == ["a.png", "a.tng"].map { try folder.read($0).count })
    #expect(report["areEqual"] as? Bool == false)
    #expect(try (15...60).contains(#require(report["psnr"] as? Double)))
    #expect(try (0.5..<1).contains(#require(report["msSSIM"] as? Double)))
    let score = try #require(report["ssimulacra2"] as? Double)
    #expect((-100..<100).contains(score))
    let text = try runTool("compare", "a.png", "a.tng", in: folder).text
    #expect(text.hasPrefix("PSNR         ") && text.contains(" dB\nMS-SSIM      0."))
    #expect(text.contains(")\nSSIMULACRA2  \(String(format: "%.2f", score))\n"))
  }

  @Test("compare finds a picture equal to itself, also when grey is written as RGB")
  func compareEqual() throws {
    let pixels = PixelBuffer.pattern(width: 20, height: 20, format: .gray)
    try folder.write(pixels, as: "gray.png")
    try folder.write(pixels, as: "gray.webp")
    let report = try object(runTool("compare", "--json", "gray.png", "gray.webp", in: folder))
    #expect(report["areEqual"] as? Bool == true)
    #expect(report["psnr"] == nil && report["msSSIM"] == nil)
    #expect(report["ssimulacra2"] as? Double == 100)
  }

  @Test("compare refuses pictures of different sizes")
  func compareDifferentSizes() throws {
    try folder.write(.pattern(width: 20, height: 21, format: .gray), as: "b.png")
    let run = try runTool("compare", "a.png", "b.png", in: folder)
    #expect(run.status == 1)
    #expect(run.messages == "tng: a.png, b.png: The pictures differ in size.\n")
  }
}
