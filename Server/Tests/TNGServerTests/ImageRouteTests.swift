import Foundation
import HTTPTypes
import HummingbirdTesting
import ImageFiles
import PictureMetrics
import Pixels
import TNG
import Testing
import TNGServer

@Suite("A folder of pictures")
struct ImageRouteTests {
  private let images: TemporaryFolder
  private let cache: TemporaryFolder
  private let picture = pattern(width: 90, height: 60)

  init() throws {
    images = try TemporaryFolder()
    cache = try TemporaryFolder()
    try images.write(picture.png(), to: "photo.png")
    try images.write(picture.png(), to: "a folder/Grüße.png")
  }

  private func withImages<Value: Sendable>(
    _ change: (inout ServiceSettings) -> Void = { _ in },
    test: @Sendable (any TestClientProtocol) async throws -> Value
  ) async throws -> Value {
    try await withService(
      .router,
      {
        $0.images = images.path
        $0.cache = cache.path
        change(&$0)
      }, test: test)
  }

  @Test(
    "Each client gets the best format that it names, or JPEG",
    arguments: [
      ("image/x-tng,image/avif", "image/x-tng"), ("image/avif,image/webp,*/*", "image/avif"),
      ("image/webp,image/*;q=0.8", "image/webp"), ("*/*", "image/jpeg"),
      ("image/x-tng;q=0.1,image/webp;q=0.2", "image/webp"),
    ])
  func negotiation(accept: String, mediaType: String) async throws {
    let response = try await withImages {
      try await $0.send(.get, "/images/photo.png", headers: [.accept: accept])
    }
    #expect(response.status == .ok)
    #expect(response.headers[.contentType] == mediaType)
    #expect(response.headers[.vary] == "Accept")
    #expect(response.headers[.cacheControl] == "public, max-age=3600")
    let isTNG = mediaType == "image/x-tng"
    let pixels =
      try isTNG
      ? TNGDecoder().decode(response.bytes).pixels : ImageReader().read(response.bytes).pixels
    #expect(try psnr(of: pixels, against: picture.pixels) > 25)
  }

  @Test("Width and quality are obeyed, and a picture is never made larger")
  func widthAndQuality() async throws {
    let (small, same, coarse) = try await withImages {
      (
        try await $0.send(.get, "/images/photo.png?w=45").bytes,
        try await $0.send(.get, "/images/photo.png?w=900").bytes,
        try await $0.send(.get, "/images/photo.png?w=900&q=10").bytes
      )
    }
    let pixels = try ImageReader().read(small).pixels
    #expect((pixels.width, pixels.height) == (45, 30))
    #expect(try ImageReader().read(same).pixels.width == 90)
    #expect(coarse.count < same.count)
  }

  @Test("A TNG file that nothing is asked of is sent as it is")
  func masters() async throws {
    let file = try TNGEncoder(options: .init(target: .quality(Quality(percent: 90)!)))
      .encode(picture)
    try images.write(file, to: "master.tng")
    let response = try await withImages {
      try await $0.send(.get, "/images/master.tng", headers: [.accept: "image/x-tng"])
    }
    #expect(response.bytes == file)
  }

  @Test(
    "A TNG file is decoded at the next larger size, then made smaller", arguments: [45, 40, 11, 3])
  func smallerMasters(width: Int) async throws {
    let file = try TNGEncoder(options: .init(target: .quality(Quality(percent: 90)!)))
      .encode(picture)
    try images.write(file, to: "master.tng")
    let response = try await withImages {
      try await $0.send(
        .get, "/images/master.tng?w=\(width)&q=100", headers: [.accept: "image/webp"])
    }
    let small = try ImageReader().read(response.bytes).pixels
    let expected = try TNGDecoder().decode(file).pixels.shrunk(toWidth: width)
    #expect((small.width, small.height) == (expected.width, expected.height))
    #expect(try psnr(of: small, against: expected) > 25)
  }

  @Test("The ETag names the content: it stays, differs by variant, and changes with the file")
  func tags() async throws {
    let tags = try await withImages { client in
      var tags: [String?] = []
      for query in ["", "", "?w=40", "?q=3"] {
        tags.append(try await client.send(.get, "/images/photo.png" + query).headers[.eTag])
      }
      try images.write(pattern(width: 91, height: 60).png(), to: "photo.png")
      tags.append(try await client.send(.get, "/images/photo.png").headers[.eTag])
      return tags
    }
    #expect(tags[0] != nil && tags[0] == tags[1])
    #expect(Set(tags).count == 4)
  }

  @Test("A file may be of any year", arguments: ["1901-12-14", "2299-01-01"])
  func farDates(date: String) async throws {
    let touch = try Process.run(
      URL(filePath: "/usr/bin/env"), arguments: ["touch", "-d", date, images.path + "/photo.png"])
    touch.waitUntilExit()
    let response = try await withImages { try await $0.send(.get, "/images/photo.png") }
    #expect(response.status == .ok)
  }

  @Test("A client that has the file is told so, and nothing is made")
  func conditions() async throws {
    let response = try await withImages { client in
      let tag = try #require(
        try await client.send(.head, "/images/photo.png").headers[.eTag])
      try FileManager.default.removeItem(atPath: cache.path + "/tng-image-cache")
      return try await client.send(
        .get, "/images/photo.png", headers: [.ifNoneMatch: "\"other\", W/\(tag)"])
    }
    #expect(response.status == .notModified)
    #expect(response.bytes.isEmpty)
    #expect(response.headers[.eTag] != nil && response.headers[.vary] == "Accept")
    #expect(cache.files.isEmpty)
  }

  @Test(
    "A range is sent alone",
    arguments: [
      ("bytes=0-9", 0..<10), ("bytes=10-", 10..<Int.max), ("bytes=-5", -5..<Int.max),
      ("bytes=3-99999999999", 3..<Int.max),
    ])
  func ranges(field: String, range: Range<Int>) async throws {
    let (whole, part) = try await withImages {
      (
        try await $0.send(.get, "/images/photo.png"),
        try await $0.send(.get, "/images/photo.png", headers: [.range: field])
      )
    }
    let all = whole.bytes
    let start = range.lowerBound < 0 ? all.count + range.lowerBound : range.lowerBound
    let end = min(range.upperBound, all.count)
    #expect(part.status == .partialContent)
    #expect(part.bytes == Array(all[start..<end]))
    #expect(part.headers[.contentRange] == "bytes \(start)-\(end - 1)/\(all.count)")
  }

  @Test("A range that is not understood, or of another version, gives all; one outside, an error")
  func otherRanges() async throws {
    let count = try await withImages { client in
      let count = try await client.send(.get, "/images/photo.png").bytes.count
      for field in ["bytes=5-2", "bytes=a-b", "lines=1-2", "bytes=0-1,4-5", "bytes=-"] {
        let response = try await client.send(.get, "/images/photo.png", headers: [.range: field])
        #expect(response.status == .ok && response.bytes.count == count, "\(field)")
      }
      let other = try await client.send(
        .get, "/images/photo.png", headers: [.range: "bytes=0-1", .ifRange: "\"other\""])
      #expect(other.status == .ok && other.bytes.count == count)
      return count
    }
    let outside = try await withImages {
      try await $0.send(.get, "/images/photo.png", headers: [.range: "bytes=\(count)-"])
    }
    #expect(outside.status == .rangeNotSatisfiable)
    #expect(outside.headers[.contentRange] == "bytes */\(count)")
  }

  @Test("Names lead to files of the folder, and nowhere else")
  func names() async throws {
    try cache.write(Array("secret".utf8), to: "secret.png")
    try FileManager.default.createSymbolicLink(
      atPath: images.path + "/link.png", withDestinationPath: cache.path + "/secret.png")
    try images.write(picture.png(), to: ".hidden.png")
    let folder = String(cache.path.split(separator: "/").last ?? "")
    try await withImages { client in
      let found = try await client.send(.get, "/images/a%20folder/Gr%C3%BC%C3%9Fe.png")
      #expect(found.status == .ok)
      for name in [
        "link.png", ".hidden.png", "../\(folder)/secret.png", "..%2F\(folder)%2Fsecret.png",
        "%2e%2e/\(folder)/secret.png", "a%20folder", "", "nothing.png", "%00",
        "photo.png%00.jpg", "a%20folder/../photo.png", "%ff", "photo.png/x",
      ] {
        let response = try await client.send(.get, "/images/" + name)
        #expect([400, 404].contains(response.status.code), "\(name)")
      }
    }
  }

  @Test("A file that is no picture is an error of the file, not of the service")
  func noPicture() async throws {
    try images.write(Array("text".utf8), to: "notes.txt")
    let response = try await withImages { try await $0.send(.get, "/images/notes.txt") }
    #expect(response.status == .unsupportedMediaType)
  }
}
