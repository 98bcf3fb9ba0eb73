import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ImageFiles
import Pixels
import Testing
import TNGServer

@Suite("Limits")
struct LimitTests {
  @Test("A body beyond the limit is refused")
  func body() async throws {
    let response = try await withService(.router, { $0.maximumBodyBytes = 1000 }) {
      try await $0.send(.post, "/v1/encode", [UInt8](repeating: 1, count: 1001))
    }
    #expect(response.status == .contentTooLarge)
    #expect(response.problem?.contains("1000") == true)
  }

  @Test("A picture beyond the limit is refused, in both directions")
  func pixels() async throws {
    let picture = pattern(width: 40, height: 30)
    let png = try picture.png()
    let file = try await withService { try await $0.send(.post, "/v1/encode", png).bytes }
    let (encoded, decoded) = try await withService(.router, { $0.maximumPixels = 1199 }) {
      (
        try await $0.send(.post, "/v1/encode", png), try await $0.send(.post, "/v1/decode", file)
      )
    }
    for response in [encoded, decoded] {
      #expect(response.status == .contentTooLarge)
      #expect(response.problem?.contains("1199") == true)
    }
  }

  @Test(
    "When all places are taken, the service says when to come again, and what is at hand is done")
  func busy() async throws {
    let png = try pattern(width: 300, height: 300).png()
    let responses = try await withService(
      .ahc(),
      {
        $0.workers = 1
        $0.queueLength = 1
      }
    ) { client in
      try await withThrowingTaskGroup(of: TestResponse.self) { group in
        for _ in 0..<12 {
          group.addTask { try await client.send(.post, "/v1/compare", png) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
    }
    let refused = responses.filter { $0.status == .serviceUnavailable }
    #expect(refused.allSatisfy { $0.headers[.retryAfter] == "1" && $0.problem != nil })
    #expect(refused.count >= 1)
    #expect(responses.contains { $0.status == .ok })
    #expect(responses.allSatisfy { [200, 503].contains($0.status.code) })
  }

  @Test("Work that takes too long is given up, and its place is free again")
  func timeLimit() async throws {
    let (large, small) = (
      try pattern(width: 1000, height: 1000).png(), try pattern(width: 9, height: 9).png()
    )
    try await withService(
      .router,
      {
        $0.timeLimit = .milliseconds(300)
        $0.workers = 1
        $0.queueLength = 0
      }
    ) { client in
      let response = try await client.send(.post, "/v1/compare", large)
      #expect(response.status == .serviceUnavailable)
      #expect(response.headers[.retryAfter] == "10")
      var next = try await client.send(.post, "/v1/encode", small)
      while next.status == .serviceUnavailable {
        try await Task.sleep(for: .milliseconds(20))
        next = try await client.send(.post, "/v1/encode", small)
      }
      #expect(next.status == .ok)
    }
  }

  @Test("Bodies that do not arrive keep no one out")
  func idleClients() async throws {
    let png = try pattern(width: 9, height: 9).png()
    let response = try await withService(
      .live,
      {
        $0.workers = 1
        $0.queueLength = 0
      }
    ) { client in
      let port = client.port ?? 0
      return try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask {
            _ = try await rawExchange(
              port: port, "POST /v1/encode HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\nabc")
          }
        }
        // Each holds its connection for a second.
        try await Task.sleep(for: .milliseconds(300))
        return try await client.send(.post, "/v1/encode", png)
      }
    }
    #expect(response.status == .ok)
  }

  @Test("All bodies together have a bound")
  func bodyMemory() throws {
    let memory = BodyMemory(bytes: 10)
    var shares = [memory.makeShare(), memory.makeShare()]
    try shares[0].grow(by: 4)
    try shares[0].grow(by: 3)
    #expect(throws: (any Error).self) { try shares[1].grow(by: 4) }
    try shares[1].grow(by: 3)
    shares.removeFirst()
    try shares[0].grow(by: 7)
    #expect(throws: (any Error).self) { try shares[0].grow(by: 1) }
  }

  @Test("A body that does not arrive is not waited for")
  func slowBody() async throws {
    let response = try await withService(.live, { $0.timeLimit = .milliseconds(200) }) { client in
      try await rawExchange(
        port: client.port ?? 0,
        "POST /v1/encode HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\nabc")
    }
    #expect(response.statuses == ["408"] && response.isClosed)
  }
}
