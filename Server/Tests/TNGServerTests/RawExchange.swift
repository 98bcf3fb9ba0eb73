import Foundation

/// Sends text to a port of this machine in parts, as no client of HTTP would, and gives what comes
/// back until the other side closes or says no more for a second.
///
/// - Parameters:
///   - parts: each is sent when the other side has answered something to the one before.
///   - stopsSending: whether to say after the last part that no more comes.
func rawExchange(
  port: Int, _ parts: String..., stopsSending: Bool = false
) async throws -> RawAnswer {
  try await withCheckedThrowingContinuation { continuation in
    Thread {
      continuation.resume(
        with: Result { try exchange(port: port, parts, stopsSending: stopsSending) })
    }.start()
  }
}

/// What came back.
struct RawAnswer {
  let text: String
  /// Whether the other side has closed the connection.
  let isClosed: Bool

  /// The status codes of all answers.
  var statuses: [String] { text.matches(of: /HTTP\/1\.[01] (\d\d\d)/).map { String($0.1) } }
}

private func exchange(port: Int, _ parts: [String], stopsSending: Bool) throws -> RawAnswer {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  var timeout = timeval(tv_sec: 1, tv_usec: 0)
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(port).bigEndian
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  let status = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
  guard status == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
  var answer: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  var count = 0
  func receive() -> Bool {
    count = recv(descriptor, &buffer, buffer.count, 0)
    if count > 0 { answer += buffer[..<count] }
    return count > 0
  }
  for (index, part) in parts.enumerated() {
    if index > 0, !receive() { break }
    _ = part.withCString { send(descriptor, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
  }
  if stopsSending { shutdown(descriptor, Int32(SHUT_WR)) }
  while receive() {}
  return RawAnswer(text: String(decoding: answer, as: UTF8.self), isClosed: count == 0)
}
