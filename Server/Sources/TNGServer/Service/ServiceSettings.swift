/// How the service runs.
package struct ServiceSettings: Sendable, Hashable {
  /// The name or address to listen at.
  package var host = "127.0.0.1"
  /// The port to listen at; 0 takes a free one.
  package var port = 8080
  /// The number of pictures in work at once.
  package var workers = 1
  /// The number of threads for one picture.
  package var threadsPerPicture = 1
  /// The number of requests that wait for a worker.
  package var queueLength = 32
  /// The most connections at once.
  package var maximumConnections = 1024
  /// The most bytes of a request's body.
  package var maximumBodyBytes = 32 << 20
  /// The largest picture, in pixels.
  package var maximumPixels = 1 << 25
  /// The largest picture to compare codecs on, in pixels.
  package var maximumComparedPixels = 1 << 21
  /// The time for a body to arrive, and for the work on it, each.
  package var timeLimit = Duration.seconds(60)
  /// The folder of pictures to serve under `/images/`.
  package var images: String?
  /// The folder that keeps what is made of them.
  package var cache: String?
  /// The most bytes that it keeps.
  package var cacheBytes = 1 << 30
  /// How long others may keep a picture of `/images/`, in seconds.
  package var maximumAge = 3600
  /// The folder of the page.
  package var web: String?

  /// Creates settings with the defaults.
  package init() {}
}
