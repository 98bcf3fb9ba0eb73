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

  @Test("A TNG file as it is and one that is made of it are two", arguments: [false, true])
  func mastersAndQualities(startsWithOriginal: Bool) async throws {
    let file = try TNGEncoder(options: .init(target: .quality(Quality(percent: 90)!)))
      .encode(picture)
    try images.write(file, to: "master.tng")
    let queries = startsWithOriginal ? ["", "?q=50"] : ["?q=50", ""]
    let responses = try await withImages { client in
      var responses: [String: TestResponse] = [:]
      for query in queries {
        responses[query] = try await client.send(
          .get, "/images/master.tng" + query, headers: [.accept: "image/x-tng"])
      }
      return responses
    }
    let (original, made) = (try #require(responses[""]), try #require(responses["?q=50"]))
    #expect(original.bytes == file)
    #expect(made.bytes.count < file.count)
    #expect(original.headers[.eTag] != made.headers[.eTag])
  }

  @Test("A format that cannot hold the picture gives way to the next that the client takes")
  func formatsThatCannot() async throws {
    try images.write(pattern(width: 17000, height: 40).png(), to: "panorama.png")
    let (first, again, small, none) = try await withImages { client in
      let accept = HTTPFields([.init(name: .accept, value: "image/avif,image/webp,*/*;q=0.8")])
      let first = try await client.send(.get, "/images/panorama.png", headers: accept)
      var conditional = accept
      conditional[.ifNoneMatch] = first.headers[.eTag]
      return (
        first, try await client.send(.get, "/images/panorama.png", headers: conditional),
        try await client.send(.get, "/images/panorama.png?w=8500", headers: accept),
        try await client.send(.get, "/images/panorama.png", headers: [.accept: "image/webp"])
      )
    }
    #expect(first.status == .ok && first.headers[.contentType] == "image/jpeg")
    #expect(again.status == .notModified)
    #expect(small.headers[.contentType] == "image/avif")
    #expect(none.status == .notAcceptable && none.problem?.contains("cannot be written") == true)
  }

  @Test(
    "No more metadata is sent than asked for, and never a position",
    arguments: ["image/webp", "image/jpeg", "image/avif", "image/x-tng"])
  func metadata(accept: String) async throws {
    var picture = picture
    picture.metadata = Metadata(exif: exifWithPosition, xmp: Array(xmpWithPosition.utf8))
    try images.write(picture.png(), to: "holiday.png")
    try images.write(TNGEncoder().encode(picture), to: "holiday.tng")
    for name in ["holiday.png", "holiday.tng"] {
      let sent = try await withImages { client in
        var sent: [String: Metadata] = [:]
        for share in ["", "?metadata=keep", "?metadata=copyright", "?metadata=none"] {
          let response = try await client.send(
            .get, "/images/\(name)\(share)", headers: [.accept: accept])
          sent[share] =
            try accept == "image/x-tng"
            ? TNGDecoder().decode(response.bytes).metadata
            : ImageReader().read(response.bytes).metadata
          let text = String(decoding: response.bytes, as: UTF8.self)
          #expect(!text.contains("GPSL") && !text.contains("47,11"))
        }
        return sent
      }
      let kept = try #require(sent["?metadata=keep"])
      #expect(kept.exif?.contains("A maker") == true && kept.exif?.contains("An owner") == true)
      #expect(kept.xmp?.contains("A title") == true)
      let copyright = try #require(sent["?metadata=copyright"])
      #expect(
        copyright.exif?.contains("A maker") == false && copyright.exif?.contains("An owner") == true
      )
      #expect(
        copyright.xmp?.contains("A title") == false && copyright.xmp?.contains("A right") == true)
      #expect(sent[""] == copyright)
      #expect(sent["?metadata=none"] == Metadata())
    }
  }

  @Test("A profile of sRGB is not sent, unless all is kept; another is")
  func profiles() async throws {
    let root = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent()
    }
    let folder = root.appending(path: "Tests/ToolTests/Pictures")
    let srgb = try [UInt8](Data(contentsOf: folder.appending(path: "srgb.icc")))
    var picture = picture
    picture.metadata.iccProfile = srgb
    try images.write(picture.png(), to: "srgb.png")
    try images.write(
      [UInt8](Data(contentsOf: folder.appending(path: "cicp-p3.png"))), to: "p3.png")
    let (plain, kept, wide) = try await withImages {
      (
        try await $0.send(.get, "/images/srgb.png").bytes,
        try await $0.send(.get, "/images/srgb.png?metadata=keep").bytes,
        try await $0.send(.get, "/images/p3.png").bytes
      )
    }
    #expect(try ImageReader().read(plain).metadata.iccProfile == nil)
    #expect(try ImageReader().read(kept).metadata.iccProfile == srgb)
    #expect(try ImageReader().read(wide).metadata.iccProfile != nil)
  }

  @Test(
    "A TNG file is decoded at the next larger size, then made smaller", arguments: [45, 40, 11, 3])
  func smallerMasters(width: Int) async throws {
    let file = try TNGEncoder(options: .init(target: .quality(Quality(percent: 90)!)))
      .encode(picture)
    try images.write(file, to: "master.tng")
    let response = try await withImages {
      try await $0.send(
        .get, "/images/master.tng?w=\(width)&q=100", headers: [.accept: "image/jpeg"])
    }
    let small = try ImageReader().read(response.bytes).pixels
    let expected = try TNGDecoder().decode(file).pixels.shrunk(toWidth: width)
    #expect((small.width, small.height) == (expected.width, expected.height))
    #expect(try psnr(of: small, against: expected) > 35)
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
    "Tags are found in lists with white space and commas of all kinds",
    arguments: [
      ("T", true), (" \tT\t ", true), ("\"a,b\",T", true), ("\"a\"\t,\tW/T , \"c\"", true),
      (",,T,", true), ("*", true), (" * ", true), ("\"a\"", false), ("\"x,T,y\"", false),
      ("", false),
    ])
  func listsOfTags(field: String, isMatched: Bool) async throws {
    let status = try await withImages { client in
      let tag = try #require(try await client.send(.head, "/images/photo.png").headers[.eTag])
      let inner = field.contains("x,") ? String(tag.dropFirst().dropLast()) : tag
      return try await client.send(
        .get, "/images/photo.png",
        headers: [.ifNoneMatch: field.replacing("T", with: inner)]
      ).status
    }
    #expect(status == (isMatched ? .notModified : .ok))
  }

  @Test("If-Match wants this very file")
  func wantedTags() async throws {
    let statuses = try await withImages { client in
      let tag = try #require(try await client.send(.head, "/images/photo.png").headers[.eTag])
      var statuses: [HTTPResponse.Status] = []
      for field in [tag, "\"other\", \(tag)", "*", "W/\(tag)", "\"other\""] {
        statuses.append(
          try await client.send(.get, "/images/photo.png", headers: [.ifMatch: field]).status)
      }
      return statuses
    }
    #expect(statuses == [.ok, .ok, .ok, .preconditionFailed, .preconditionFailed])
  }

  @Test("HEAD knows no ranges, and tells what GET without one would")
  func rangeOfHead() async throws {
    let (head, get) = try await withImages {
      (
        try await $0.send(.head, "/images/photo.png", headers: [.range: "bytes=0-9"]),
        try await $0.send(.get, "/images/photo.png")
      )
    }
    #expect(head.status == .ok && head.bytes.isEmpty)
    #expect(head.headers[.contentRange] == nil)
    #expect(head.headers[.contentLength] == "\(get.bytes.count)")
    #expect(head.headers[.eTag] == get.headers[.eTag])
  }

  @Test(
    "A range is sent alone",
    arguments: [
      ("bytes=0-9", 0..<10), ("bytes=10-", 10..<Int.max), ("bytes=-5", -5..<Int.max),
      ("bytes=3-99999999999", 3..<Int.max), ("Bytes= 0-9 ,", 0..<10),
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

/// An EXIF block that names maker, artist and owner, and a place.
private let exifWithPosition: [UInt8] = {
  let texts: [(tag: UInt16, text: String)] = [
    (0x010F, "A maker"), (0x013B, "An artist"), (0x8298, "An owner"),
  ]
  func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
  let end = 8 + 2 + 12 * (texts.count + 1) + 4
  var (table, values) = (little(texts.count + 1, 2), [UInt8]())
  for (tag, text) in texts {
    let bytes = Array(text.utf8) + [0]
    table += little(Int(tag), 2) + little(2, 2) + little(bytes.count, 4)
    table += little(end + values.count, 4)
    values += bytes + (bytes.count.isMultiple(of: 2) ? [] : [0])
  }
  table += little(0x8825, 2) + little(4, 2) + little(1, 4) + little(end + values.count, 4)
  values += little(1, 2) + little(1, 2) + little(2, 2) + little(2, 4) + Array("N\0\0\0".utf8)
  return [0x49, 0x49, 42, 0, 8, 0, 0, 0] + table + little(0, 4) + values + little(0, 4)
}()

private let xmpWithPosition = """
  <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:e="http://ns.adobe.com/exif/1.0/" e:GPSLatitude="47,11.5N">
  <e:GPSLongitude>8,30.0E</e:GPSLongitude>
  <dc:title><rdf:Alt><rdf:li xml:lang="x-default">A title</rdf:li></rdf:Alt></dc:title>
  <dc:rights><rdf:Alt><rdf:li xml:lang="x-default">A right</rdf:li></rdf:Alt></dc:rights>
  </rdf:Description></rdf:RDF></x:xmpmeta>
  """

extension [UInt8] {
  fileprivate func contains(_ text: String) -> Bool { firstRange(of: Array(text.utf8)) != nil }
}
