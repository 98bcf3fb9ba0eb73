import Foundation
import FuzzTargets
import Testing

/// Feeds the fuzzing targets with the inputs of Fuzzing/Corpus: seeds, what fuzzing has found worth
/// keeping, and what once failed.
@Suite struct CorpusTests {
  private static let corpus = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Fuzzing/Corpus")

  private func inputs(_ target: FuzzTarget) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
      at: Self.corpus.appending(path: target.rawValue), includingPropertiesForKeys: nil)
  }

  @Test(arguments: FuzzTarget.allCases)
  func nothingIsFound(target: FuzzTarget) throws {
    let inputs = try inputs(target)
    #expect(!inputs.isEmpty)
    for input in inputs {
      #expect(throws: Never.self, "\(input.path)") {
        try target.run([UInt8](Data(contentsOf: input)))
      }
    }
  }

  /// `GENERATE_EXPECTED=1` writes them.
  @Test(arguments: FuzzTarget.allCases)
  func seedsAreThere(target: FuzzTarget) throws {
    for (name, bytes) in try target.seeds() {
      let file = Self.corpus.appending(path: "\(target.rawValue)/seed-\(name)")
      if ProcessInfo.processInfo.environment["GENERATE_EXPECTED"] != nil {
        try Data(bytes).write(to: file)
      }
      #expect(try [UInt8](Data(contentsOf: file)) == bytes)
    }
  }
}
