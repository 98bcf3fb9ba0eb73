import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ImageFiles
import Logging
import Pixels
import Synchronization
import TNG
import TNGServer

/// Runs `test` against a service with settings.
func withService<Value: Sendable>(
  _ testing: TestingSetup = .router, logger: Logger? = nil,
  _ change: (inout ServiceSettings) -> Void = { _ in },
  test: @Sendable (any TestClientProtocol) async throws -> Value
) async throws -> Value {
  var settings = ServiceSettings()
  settings.port = 0
  change(&settings)
  var silent = Logger(label: "test")
  silent.logLevel = .critical
  return try await TNGService(settings: settings, logger: logger ?? silent).application()
    .test(testing, test)
}

/// Keeps what is logged as an error, or as worse.
final class RecordedLog: Sendable {
  private let lines = Mutex<[String]>([])

  /// A logger that writes here.
  var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

  /// The messages.
  var errors: [String] { lines.withLock { $0 } }

  private struct Handler: LogHandler {
    let log: RecordedLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.error

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      log.lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
    }
  }
}

/// A folder that is removed when nothing refers to it.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "tng-server-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file under the folder, with the folders that lead to it.
  func write(_ bytes: [UInt8], to name: String) throws {
    let file = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  /// The paths of all files below the folder.
  var files: [String] {
    let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return names.filter { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder)
        && !isFolder.boolValue
    }
  }
}

/// A picture with waves in every channel.
func pattern(width: Int, height: Int, format: PixelFormat = .rgb) -> Picture {
  let samples = (0..<width * height * format.channels).map { index in
    let (pixel, channel) = (index / format.channels, index % format.channels)
    let (x, y) = (Double(pixel % width), Double(pixel / width))
    return UInt8(128 + 100 * sin(x / Double(7 + 3 * channel)) * cos(y / 11))
  }
  return Picture(
    pixels: PixelBuffer(width: width, height: height, format: format, samples: samples))
}

extension Picture {
  /// The picture as a PNG file.
  func png() throws -> [UInt8] { try ImageWriter(format: .png).write(self) }
}

extension TestClientProtocol {
  /// Sends a request with a body of bytes.
  func send(
    _ method: HTTPRequest.Method, _ uri: String, _ body: [UInt8]? = nil, headers: HTTPFields = [:]
  ) async throws -> TestResponse {
    try await executeRequest(
      uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(bytes: $0) })
  }
}

extension TestResponse {
  /// The body as bytes.
  var bytes: [UInt8] { [UInt8](buffer: body) }

  /// The body as JSON.
  func json<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
    try JSONDecoder().decode(type, from: Data(bytes))
  }

  /// The sentence of a problem, or nil if the response is none.
  var problem: String? {
    struct Problem: Decodable {
      let status: Int
      let detail: String
    }
    guard headers[.contentType] == "application/problem+json",
      let problem = try? json(as: Problem.self), problem.status == status.code
    else { return nil }
    return problem.detail
  }
}
