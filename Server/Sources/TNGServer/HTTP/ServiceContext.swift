import Hummingbird
import NIOCore

/// What comes with a request: the library's own values, and a way to ask its client for the body.
struct ServiceContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  private let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }

  /// Tells a client that waits for it to send the body.
  @Sendable func inviteBody() {
    channel.triggerUserOutboundEvent(BodyInvitation(), promise: nil)
  }
}
