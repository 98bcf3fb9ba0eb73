import NIOCore
import NIOHTTP1

/// The body of the request at hand is wanted.
struct BodyInvitation {}

/// What HTTP/1.1 asks of a server and the library leaves to it.
///
/// - A request names one host, unless it is of HTTP/1.0 (RFC 9112, section 3.2). Others are
///   answered as damaged ones are: 400, and the connection is closed.
/// - So is a request whose body has another coding than chunks, twice, or by HTTP/1.0: where it
///   ends is not sure (RFC 9112, section 6.1).
/// - Every answer has a date (RFC 9110, section 6.6.1), also to what is no request.
/// - `Expect: 100-continue` gets a 100 when the body is wanted; if the answer comes before, the
///   body is not waited for (RFC 9110, section 10.1.1).
/// - The connection is closed after the last answer when client or answer want it so (RFC 9112,
///   sections 9.3 and 9.6): to the client's side only, which may still be sending.
final class MessageRules: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// The number of requests that have come, and of answers that are written. Requests may come
  /// before the answers to those before them.
  private var requests = 0
  private var answers = 0
  /// The number of the request that waits to be asked for its body, and of the last before the
  /// client wants to close.
  private var waiting: Int?
  private var last: Int?
  private var isRefusing = false
  private var isClosing = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isRefusing { return }
    if case .head(let head) = unwrapInboundIn(data) {
      requests += 1
      guard head.hasSoundHost, head.hasSoundCoding else {
        isRefusing = true
        context.fireErrorCaught(HTTPParserError.invalidHeaderToken)
        return
      }
      waiting = head.expectsInvitation ? requests : nil
      if !head.isKeepAlive { last = last ?? requests }
    } else {
      waiting = nil
    }
    context.fireChannelRead(data)
  }

  func triggerUserOutboundEvent(
    context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?
  ) {
    guard event is BodyInvitation else {
      context.triggerUserOutboundEvent(event, promise: promise)
      return
    }
    promise?.succeed()
    guard waiting == answers + 1 else { return }
    waiting = nil
    let head = HTTPResponseHead(version: .http1_1, status: .continue)
    context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(var head):
      if !head.headers.contains(name: "Date") {
        head.headers.add(name: "Date", value: currentHTTPDate)
      }
      let current = answers + 1
      if waiting == current || last == current || !head.isKeepAlive {
        isClosing = true
        head.headers.replaceOrAdd(name: "Connection", value: "close")
      }
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .body:
      context.write(data, promise: promise)
    case .end:
      answers += 1
      context.write(data, promise: promise)
      if isClosing {
        context.flush()
        context.close(mode: .output, promise: nil)
      }
    }
  }
}

extension HTTPRequestHead {
  fileprivate var expectsInvitation: Bool {
    !isOld && headers[canonicalForm: "Expect"].contains { $0.lowercased() == "100-continue" }
  }

  /// Whether it is of HTTP/1.0.
  private var isOld: Bool { (version.major, version.minor) < (1, 1) }

  /// Whether the body comes as it is, or in chunks.
  fileprivate var hasSoundCoding: Bool {
    let codings = headers["Transfer-Encoding"]
    guard let coding = codings.first else { return true }
    return !isOld && codings.count == 1
      && coding.wholeMatch(of: /[ \t]*chunked[ \t]*/.ignoresCase()) != nil
  }

  /// Whether there is one field `Host` with a name or address and perhaps a port, or none where
  /// none is needed.
  fileprivate var hasSoundHost: Bool {
    let hosts = headers["Host"]
    guard let host = hosts.first else { return isOld }
    guard hosts.count == 1 else { return false }
    // White space around a value does not belong to it.
    return host.wholeMatch(
      of:
        /[ \t]*(\[[0-9A-Fa-fVv:.]+\]|([A-Za-z0-9._~!$&'()*+,;=\-]|%[0-9A-Fa-f]{2})*)(:[0-9]*)?[ \t]*/
    ) != nil
  }
}
