import Foundation
import HTTPTypes
import HummingbirdTesting
import TNGServer
import Testing

@Suite("The cache of a folder of pictures")
struct ImageCacheTests {
  private let images: TemporaryFolder
  private let cache: TemporaryFolder

  init() throws {
    images = try TemporaryFolder()
    cache = try TemporaryFolder()
    try images.write(pattern(width: 200, height: 150).png(), to: "photo.png")
  }

  private func withImages<Value: Sendable>(
    cacheBytes: Int = 1 << 30, test: @Sendable (any TestClientProtocol) async throws -> Value
  ) async throws -> Value {
    try await withService(
      .ahc(),
      {
        $0.images = images.path
        $0.cache = cache.path
        $0.cacheBytes = cacheBytes
      }, test: test)
  }

  private func sizes() throws -> [String: Int] {
    try cache.files.reduce(into: [:]) { sizes, name in
      let attributes = try FileManager.default.attributesOfItem(atPath: cache.path + "/" + name)
      sizes[name] = (attributes[.size] as? NSNumber)?.intValue
    }
  }

  @Test("What is asked for twice is made once, by one service and by the next")
  func reuse() async throws {
    let first = try await withImages { try await $0.send(.get, "/images/photo.png?w=50").bytes }
    let name = try #require(cache.files.first)
    #expect(cache.files.count == 1)
    // A mark shows that the file is read, not made anew.
    try cache.write(first + [0], to: name)
    let again = try await withImages { try await $0.send(.get, "/images/photo.png?w=50").bytes }
    #expect(again == first + [0])
  }

  @Test("Many who ask at once get one file")
  func together() async throws {
    let bodies = try await withImages { client in
      try await withThrowingTaskGroup(of: [UInt8].self) { group in
        for _ in 0..<50 {
          group.addTask {
            let response = try await client.send(
              .get, "/images/photo.png", headers: [.accept: "image/x-tng"])
            #expect(response.status == .ok)
            return response.bytes
          }
        }
        return try await group.reduce(into: Set()) { $0.insert($1) }
      }
    }
    // Fifty are more than there are places, so that some of the work was shared.
    #expect(bodies.count == 1)
    #expect(cache.files.count == 1)
  }

  @Test("The folder stays within its bound; what was used last stays")
  func bound() async throws {
    try await withImages { client in
      for width in [100, 101, 102] {
        _ = try await client.send(.get, "/images/photo.png?w=\(width)")
      }
    }
    let bytes = try sizes().values.reduce(0, +)
    try await withImages(cacheBytes: bytes) { client in
      _ = try await client.send(.get, "/images/photo.png?w=100")
      _ = try await client.send(.get, "/images/photo.png?w=103")
    }
    let left = try sizes()
    #expect(left.values.reduce(0, +) <= bytes)
    #expect(left.keys.contains { $0.contains("-w103-") })
    #expect(left.keys.contains { $0.contains("-w100-") })
    #expect(left.count < 4)
  }

  @Test("A cache of almost no bytes keeps nothing and still serves")
  func tiny() async throws {
    let response = try await withImages(cacheBytes: 1) {
      try await $0.send(.get, "/images/photo.png")
    }
    #expect(response.status == .ok)
    #expect(cache.files.isEmpty)
  }

  @Test("Files of others in the folder are left alone; an unfinished one of the cache is removed")
  func others() async throws {
    try cache.write([1, 2, 3], to: "mine.txt")
    try cache.write([1, 2, 3], to: "tng-image-cache/photo.png/.unfinished")
    _ = try await withImages(cacheBytes: 1) { try await $0.send(.get, "/images/photo.png") }
    #expect(cache.files == ["mine.txt"])
  }
}
