import Foundation
import HTTPTypes
import HummingbirdTesting
import TNGServer
import Testing

/// What HTTP/1.1 asks of a server, with requests that no library would send.
@Suite("Connections")
struct ConnectionTests {
  private static let picture = "P3\n2 1\n255\n1 2 3 200 100 0\n"
  private static let head = "POST /v1/encode HTTP/1.1\r\nHost: test\r\n"
  private static var length: String { "Content-Length: \(picture.utf8.count)\r\n" }

  @Test("A client that expects it is asked for its body")
  func expectation() async throws {
    let answer = try await withService(.live) {
      try await rawExchange(
        port: $0.port ?? 0, Self.head + Self.length + "Expect: 100-continue\r\n\r\n", Self.picture)
    }
    #expect(answer.statuses == ["100", "200"])
    #expect(!answer.isClosed)
  }

  @Test("A client that does not wait for an answer to its expectation is served too")
  func impatience() async throws {
    let answer = try await withService(.live) {
      try await rawExchange(
        port: $0.port ?? 0, Self.head + Self.length + "Expect: 100-Continue\r\n\r\n" + Self.picture)
    }
    #expect(answer.statuses.last == "200")
  }

  @Test(
    "A body that is not wanted is not asked for, and the connection ends",
    arguments: [
      ("POST /v1/encode HTTP/1.1\r\nContent-Length: 999999999\r\n", "413"),
      ("POST /v1/encode?quality=x HTTP/1.1\r\nContent-Length: 9\r\n", "400"),
      ("POST /nothing HTTP/1.1\r\nContent-Length: 9\r\n", "404"),
    ])
  func refusedExpectation(head: String, status: String) async throws {
    let answer = try await withService(.live) {
      try await rawExchange(
        port: $0.port ?? 0, head + "Host: test\r\nExpect: 100-continue\r\n\r\n")
    }
    #expect(answer.statuses == [status])
    #expect(answer.text.lowercased().contains("connection: close"))
    #expect(answer.isClosed)
  }

  @Test("HTTP/1.0 knows no 100, and its connection ends with the answer")
  func oldVersion() async throws {
    let (expecting, plain) = try await withService(.live) {
      (
        try await rawExchange(
          port: $0.port ?? 0,
          "POST /v1/encode HTTP/1.0\r\n" + Self.length + "Expect: 100-continue\r\n\r\n"
            + Self.picture),
        try await rawExchange(port: $0.port ?? 0, "GET /health HTTP/1.0\r\n\r\n")
      )
    }
    #expect(expecting.statuses == ["200"] && expecting.isClosed)
    #expect(plain.statuses == ["200"] && plain.isClosed)
  }

  @Test(
    "A body that breaks off or lies about its frame is the client's error, and no error of the log",
    arguments: [
      "Content-Length: 100\r\n\r\nabc",
      "Transfer-Encoding: chunked\r\n\r\n5\r\nabc",
      "Transfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n",
      "Transfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n",
      "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nabc\r\n0\r\n\r\n",
      "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
      "Content-Length: -3\r\n\r\nabc", "Content-Length: 3x\r\n\r\nabc",
      "Transfer-Encoding: gzip\r\n\r\nabc", "Transfer-Encoding:\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
      "Transfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
      "Transfer-Encoding: chunked, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
      "Expect: 100-continue\r\nContent-Length: 9\r\n\r\nabc",
    ])
  func brokenBodies(request: String) async throws {
    let log = RecordedLog()
    let answer = try await withService(.live, logger: log.logger) {
      try await rawExchange(port: $0.port ?? 0, Self.head + request, stopsSending: true)
    }
    let statuses = answer.statuses.filter { $0 != "100" }
    #expect(statuses.count == 1 && statuses[0].hasPrefix("4"), "\(answer.text)")
    let date = /Date: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/
    #expect(answer.text.contains(date))
    #expect(answer.isClosed)
    #expect(log.errors.isEmpty)
  }

  @Test(
    "A request names one host",
    arguments: [
      ("GET /health HTTP/1.1\r\n", "400"), ("GET /health HTTP/1.0\r\n", "200"),
      ("GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n", "400"),
      ("GET /health HTTP/1.1\r\nHost: a\r\nhost: a\r\n", "400"),
      ("GET /health HTTP/1.0\r\nHost: a\r\nHost: b\r\n", "400"),
      ("GET /health HTTP/1.1\r\nHost: a b\r\n", "400"),
      ("GET /health HTTP/1.1\r\nHost: a/b\r\n", "400"),
      ("GET /health HTTP/1.1\r\nHost: user@a\r\n", "400"),
      ("GET /health HTTP/1.1\r\nHost: a:port\r\n", "400"),
      ("GET /health HTTP/1.1\r\nHost:\r\n", "200"),
      ("GET /health HTTP/1.1\r\nHost: [::1]:8080\r\n", "200"),
      ("GET /health HTTP/1.1\r\nHost: \t a-b.example:80 \r\n", "200"),
      ("GET http://a.example/health HTTP/1.1\r\nHost: a.example\r\n", "200"),
    ])
  func hosts(request: String, status: String) async throws {
    let answer = try await withService(.live) {
      try await rawExchange(port: $0.port ?? 0, request + "\r\n")
    }
    #expect(answer.statuses == [status], "\(request)")
    #expect(status == "200" || answer.isClosed)
  }

  @Test("Chunks are told of in any case and among white space, but not by HTTP/1.0")
  func codings() async throws {
    let size = String(Self.picture.utf8.count, radix: 16)
    let chunks = "\r\n\r\n\(size)\r\n\(Self.picture)\r\n0\r\n\r\n"
    let (new, old) = try await withService(.live) {
      (
        try await rawExchange(
          port: $0.port ?? 0, Self.head + "Transfer-Encoding: \t CHUNKED " + chunks),
        try await rawExchange(
          port: $0.port ?? 0,
          "POST /v1/encode HTTP/1.0\r\nTransfer-Encoding: chunked" + chunks)
      )
    }
    #expect(new.statuses == ["200"])
    #expect(old.statuses == ["400"] && old.isClosed)
  }

  @Test("A method that no address takes is not implemented", arguments: ["PROPFIND", "LINK"])
  func methods(method: String) async throws {
    let answer = try await withService(.live) {
      try await rawExchange(port: $0.port ?? 0, "\(method) /health HTTP/1.1\r\nHost: a\r\n\r\n")
    }
    #expect(answer.statuses == ["501"])
  }

  @Test("Answers keep the order of requests that come at once, and what follows an end is not read")
  func pipeline() async throws {
    let answer = try await withService(.live) {
      try await rawExchange(
        port: $0.port ?? 0,
        "GET /health HTTP/1.1\r\nHost: a\r\n\r\nGET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"
          + "GET /health HTTP/1.1\r\n\r\nGET /health HTTP/1.1\r\nHost: a\r\n\r\n")
    }
    #expect(answer.statuses == ["200", "404", "400"])
    #expect(answer.isClosed)
  }

  @Test(
    "No answer to HEAD has a body", arguments: ["/health", "/nothing", "/v1/encode", "/images/x"])
  func head(path: String) async throws {
    let answer = try await withService(.live) {
      try await rawExchange(
        port: $0.port ?? 0,
        "HEAD \(path) HTTP/1.1\r\nHost: a\r\n\r\nGET /health HTTP/1.1\r\nHost: a\r\n\r\n")
    }
    #expect(answer.statuses.count == 2 && answer.statuses.last == "200")
    #expect(answer.text.components(separatedBy: "\r\n\r\nHTTP/1.1").count == 2)
  }

  @Test("A client that wants the connection to end sees it end", arguments: ["close", "Close, TE"])
  func closing(option: String) async throws {
    let answer = try await withService(.live) {
      try await rawExchange(
        port: $0.port ?? 0, "GET /health HTTP/1.1\r\nHost: a\r\nConnection: \(option)\r\n\r\n")
    }
    #expect(answer.statuses == ["200"] && answer.isClosed)
  }
}
