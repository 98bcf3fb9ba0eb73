import Pixels
import TNG
import TestSupport
import Testing

/// Encoders and decoders used by many tasks at once.
@Suite struct ConcurrencyTests {
  @Test func aThousandDecodesAtOnceGiveTheSamePixels() async throws {
    let pictures = [(33, 18, PixelFormat.rgba), (16, 40, .gray)].map {
      testPicture(width: $0, height: $1, format: $2)
    }
    let files = try pictures.map { try encoded($0) }
    let expected = try files.map { try TNGDecoder().decode($0) }
    // Shared by all tasks, as documented: they keep memory from one picture for the next.
    let decoders = (1...3).map { TNGDecoder(options: .init(threads: $0)) }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for index in 0..<1000 {
        group.addTask {
          try decoders[index % 3].decode(files[index % 2]) == expected[index % 2]
        }
      }
      for try await isEqual in group { #expect(isEqual) }
    }
  }

  @Test func manyEncodesAtOnceGiveTheSameFile() async throws {
    let picture = testPicture(width: 40, height: 24, format: .rgba)
    let expected = try encoded(picture, threads: 1)
    let target = TNGEncoder.Target.level(31)
    let encoders = (1...3).map {
      TNGEncoder(options: .init(target: target, tuning: .psnr, threads: $0))
    }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for index in 0..<100 {
        group.addTask { try encoders[index % 3].encode(picture) == expected }
      }
      for try await isEqual in group { #expect(isEqual) }
    }
  }
}
