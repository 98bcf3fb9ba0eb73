import Foundation

/// Sends bytes to a port of this machine, as no client of HTTP would, and gives what comes back until
/// the other side closes or says no more for a second.
func rawExchange(port: Int, _ request: String) async throws -> String {
  try await withCheckedThrowingContinuation { continuation in
    Thread { continuation.resume(with: Result { try exchange(port: port, request) }) }.start()
  }
}

private func exchange(port: Int, _ request: String) throws -> String {
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
  _ = request.withCString { send(descriptor, $0, strlen($0), 0) }
  var answer: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 {
    answer += buffer[..<count]
  }
  return String(decoding: answer, as: UTF8.self)
}
