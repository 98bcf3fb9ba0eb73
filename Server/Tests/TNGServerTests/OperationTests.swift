import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import ServiceLifecycle
import TNGServer
import Testing

@Suite("Running the service")
struct OperationTests {
  @Test("The document describes every address, and the service answers each as it says")
  func openAPI() async throws {
    struct Document: Decodable {
      let paths: [String: [String: Operation]]
    }
    struct Operation: Decodable {
      let responses: [String: Anything]
    }
    struct Anything: Decodable {}
    let images = try TemporaryFolder()
    try images.write(pattern(width: 20, height: 20).png(), to: "photo.png")
    try await withService(.router, { $0.images = images.path }) { client in
      let document: Document = try await client.send(.get, "/openapi.json").json()
      #expect(
        document.paths.keys.sorted() == [
          "/health", "/images/{name}", "/metrics", "/openapi.json", "/v1/compare", "/v1/decode",
          "/v1/encode", "/v1/info",
        ])
      for (path, operations) in document.paths {
        let path = path.replacing("{name}", with: "photo.png")
        for method in [HTTPRequest.Method.get, .post, .put, .delete] {
          let response = try await client.send(method, path)
          if let operation = operations[method.rawValue.lowercased()] {
            #expect(operation.responses["\(response.status.code)"] != nil, "\(method) \(path)")
          } else {
            #expect(response.status == .methodNotAllowed, "\(method) \(path)")
            #expect(response.headers[.allow] != nil && response.problem != nil)
          }
        }
      }
    }
  }

  @Test("The service tells what it is, that it lives, and its model")
  func information() async throws {
    struct Info: Decodable {
      struct Model: Decodable { let id: String }
      let model: Model
      let version: String
    }
    try await withService { client in
      let info: Info = try await client.send(.get, "/v1/info").json()
      #expect(info.model.id.wholeMatch(of: /0x[0-9a-f]{8}/) != nil)
      #expect(info.version == serverVersion)
      #expect(try await client.send(.get, "/health").json() == ["status": "ok"])
      #expect(try await client.send(.head, "/health").status == .ok)
    }
  }

  @Test("Metrics count requests by route and status, in Prometheus's text")
  func metrics() async throws {
    let lines = try await withService { client in
      _ = try await client.send(.get, "/health")
      _ = try await client.send(.post, "/v1/encode?quality=x", [1])
      let response = try await client.send(.get, "/metrics")
      #expect(response.headers[.contentType]?.hasPrefix("text/plain; version=0.0.4") == true)
      return String(buffer: response.body).split(separator: "\n").map(String.init)
    }
    let syntax = /# TYPE [a-z_]+ (counter|gauge|histogram)|[a-z_]+(\{[^}]*\})? [0-9.e+-]+/
    for line in lines { #expect(line.wholeMatch(of: syntax) != nil, "\(line)") }
    let durations = lines.filter { $0.hasPrefix("http_server_request_duration_seconds_count{") }
    #expect(durations.contains { $0.contains("\"/health\"") && $0.contains("\"200\"") })
    #expect(durations.contains { $0.contains("\"/v1/encode\"") && $0.contains("\"400\"") })
    #expect(lines.contains { $0.hasPrefix("tng_places{} ") })
  }

  @Test("The page is served under a strict policy, and nothing beside it")
  func page() async throws {
    let web = try TemporaryFolder()
    try web.write(Array("<!doctype html>".utf8), to: "index.html")
    try web.write(Array("export {}".utf8), to: "tng.js")
    try await withService(.router, { $0.web = web.path }) { client in
      let page = try await client.send(.get, "/")
      #expect(page.status == .ok && page.headers[.contentType] == "text/html")
      let policy = try #require(page.headers[.contentSecurityPolicy])
      #expect(policy.hasPrefix("default-src 'none'") && !policy.contains("unsafe-inline"))
      #expect(page.headers[.xContentTypeOptions] == "nosniff")
      let script = try await client.send(.get, "/tng.js")
      #expect(script.headers[.contentType] == "text/javascript")
      #expect(script.headers[.cacheControl] == "no-cache")
      for path in ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/nothing.html"] {
        let response = try await client.send(.get, path)
        #expect([400, 404].contains(response.status.code) && response.problem != nil, "\(path)")
      }
    }
  }

  @Test("Files of the page obey conditions and ranges; HEAD has no range")
  func conditionsOfPages() async throws {
    let web = try TemporaryFolder()
    try web.write(Array("0123456789".utf8), to: "digits.txt")
    try await withService(.router, { $0.web = web.path }) { client in
      let tag = try #require(try await client.send(.get, "/digits.txt").headers[.eTag])
      let known = try await client.send(
        .get, "/digits.txt", headers: [.ifNoneMatch: "\"a\",\tW/\(tag)"])
      #expect(known.status == .notModified && known.headers[.contentLength] == nil)
      for (field, part) in [("bytes=-3", "789"), ("bytes=2-4", "234"), ("bytes=8-99", "89")] {
        let response = try await client.send(.get, "/digits.txt", headers: [.range: field])
        #expect(response.status == .partialContent && response.bytes == Array(part.utf8))
        let head = try await client.send(.head, "/digits.txt", headers: [.range: field])
        #expect(head.status == .ok && head.headers[.contentLength] == "10" && head.bytes.isEmpty)
      }
      let outside = try await client.send(.get, "/digits.txt", headers: [.range: "bytes=10-"])
      #expect(outside.status == .rangeNotSatisfiable)
      #expect(outside.headers[.contentRange] == "bytes */10")
    }
  }

  @Test("Without a page or a folder, their addresses hold nothing")
  func nothing() async throws {
    try await withService { client in
      for path in ["/", "/images/photo.png", "/v2/encode"] {
        let response = try await client.send(.get, path)
        #expect(response.status == .notFound && response.problem != nil, "\(path)")
      }
    }
  }

  @Test("A folder that is not there is an error at the start")
  func folders() throws {
    for change: (inout ServiceSettings) -> Void in [
      { $0.images = "/no/folder" }, { $0.web = "/no/folder" },
    ] {
      var settings = ServiceSettings()
      change(&settings)
      #expect(throws: (any Error).self) {
        try TNGService(settings: settings, logger: Logger(label: "test"))
      }
    }
  }

  @Test("A service that is told to stop answers what it has begun")
  func gracefulStop() async throws {
    let png = try pattern(width: 400, height: 300).png()
    var settings = ServiceSettings()
    settings.port = 0
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let application = try TNGService(settings: settings, logger: logger).application {
      continuation.yield($0.localAddress?.port ?? 0)
    }
    let group = ServiceGroup(configuration: .init(services: [application], logger: logger))
    async let service: Void = group.run()
    let port = try #require(await ports.first { _ in true })
    let status = try await TestClient.withClient(host: "127.0.0.1", port: port) { client in
      // This client names no host by itself. Once it has an answer, its connection is accepted.
      let host = [HTTPField.Name("Host")!: "localhost"] as HTTPFields
      _ = try await client.get("/health", headers: host)
      async let response = client.post(
        "/v1/compare", headers: host, body: ByteBuffer(bytes: png))
      try await Task.sleep(for: .milliseconds(200))
      await group.triggerGracefulShutdown()
      return try await response.status
    }
    #expect(status == .ok)
    try await service
  }
}
