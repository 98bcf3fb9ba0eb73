import Foundation
import Neural
import Pixels
import TNG
import Testing

extension TNGError {
  /// Code, part, tile and offset, as a line of a list says them.
  fileprivate var summary: String {
    let number = { (value: Int?) in value.map { "\($0)" } ?? "-" }
    return "\(code.rawValue) \(part?.rawValue ?? "-") \(number(tile)) \(number(offset))"
  }
}

/// What is in `Tests/Conformance` decodes to the pixels, or gives the error, that its lists say.
///
/// With `GENERATE_EXPECTED=1` in the environment the files and the lists are made anew first.
@Suite struct ConformanceTests {
  static let kernels = Kernels.all.map(\.name)
  static let folder = Result {
    let folder = ConformanceFolder()
    if ProcessInfo.processInfo.environment["GENERATE_EXPECTED"] == "1" { try generate(folder) }
    return folder
  }

  private func decoder(_ kernels: String) throws -> TNGDecoder {
    let models = try ConformanceModels(weights: Self.folder.get().read("small.tngw"))
    return TNGDecoder(
      options: .init(threads: 2, models: models.library),
      kernels: Kernels.all.first { $0.name == kernels }!)
  }

  @Test(arguments: kernels)
  func soundFilesGiveTheirPixels(kernels: String) throws {
    let (folder, decoder) = (try Self.folder.get(), try decoder(kernels))
    for (file, expected) in try folder.list("good.txt") {
      let pixels = try decoder.decode(folder.read("good/" + file)).pixels
      #expect(pixels.summary == expected, "\(file)")
    }
  }

  @Test(arguments: kernels)
  func soundFilesGiveTheirPixelsMadeSmaller(kernels: String) throws {
    let (folder, decoder) = (try Self.folder.get(), try decoder(kernels))
    let lines = try folder.list("smaller.txt")
    #expect(lines.count == 3 * (try folder.list("good.txt").count))
    for (file, expected) in lines {
      let reduction = try #require(expected.split(separator: " ").first.flatMap { Int($0) })
      let scale = try #require(DecodingScale(rawValue: reduction))
      let pixels = try decoder.decode(folder.read("good/" + file), scale: scale).pixels
      #expect("\(reduction) \(pixels.summary)" == expected, "\(file)")
    }
  }

  @Test(arguments: kernels)
  func badFilesGiveTheirErrors(kernels: String) throws {
    let (folder, decoder) = (try Self.folder.get(), try decoder(kernels))
    for (file, expected) in try folder.list("bad.txt") {
      let bytes = try folder.read("bad/" + file)
      let error = #expect(throws: TNGError.self, "\(file)") { try decoder.decode(bytes) }
      #expect(error?.summary == expected, "\(file)")
    }
  }

  @Test(arguments: kernels)
  func badFilesGiveWhatTheyHave(kernels: String) throws {
    let (folder, decoder) = (try Self.folder.get(), try decoder(kernels))
    var left = Dictionary(uniqueKeysWithValues: try folder.list("partial.txt").map { ($0, $1) })
    for file in try folder.names(in: "bad") {
      let partial = try? decoder.decodePartial(folder.read("bad/" + file))
      #expect(partial?.picture.pixels.summary == left.removeValue(forKey: file), "\(file)")
    }
    #expect(left.isEmpty)
  }

  @Test func theListsNameAllFiles() throws {
    let folder = try Self.folder.get()
    for name in ["good", "bad"] {
      #expect(try folder.names(in: name) == folder.list(name + ".txt").map(\.file))
    }
  }

  private static func generate(_ folder: ConformanceFolder) throws {
    let (models, weights) = try ConformanceModels.generated()
    try folder.write(weights, to: "small.tngw")
    let decoder = TNGDecoder(options: .init(threads: 2, models: models.library))
    let good = try soundFiles(models).sorted { $0.name < $1.name }
    let pixels = try good.map { try "\($0.name) \(decoder.decode($0.bytes).pixels.summary)" }
    let smaller = try good.flatMap { name, bytes in
      try DecodingScale.allCases.dropFirst().map { scale in
        let pixels = try decoder.decode(bytes, scale: scale).pixels
        return "\(name) \(scale.rawValue) \(pixels.summary)"
      }
    }
    try folder.write(good, to: "good", lists: ["good.txt": pixels, "smaller.txt": smaller])
    let bad = try badFiles(models)
    let errors = bad.map { name, bytes in
      do throws(TNGError) {
        _ = try decoder.decode(bytes)
        return "\(name) decodes, and should not"
      } catch {
        return "\(name) \(error.summary)"
      }
    }
    let partial = bad.compactMap { name, bytes in
      (try? decoder.decodePartial(bytes)).map { "\(name) \($0.picture.pixels.summary)" }
    }
    try folder.write(bad, to: "bad", lists: ["bad.txt": errors, "partial.txt": partial])
  }
}
