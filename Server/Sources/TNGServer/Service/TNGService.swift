import CoreMetrics
import Foundation
import HTTPTypes
package import Hummingbird
import HummingbirdCore
import ImageFiles
package import Logging
package import NIOCore

/// The service: pictures in and out over HTTP, and a folder of pictures behind it.
package struct TNGService: Sendable {
  private let settings: ServiceSettings
  private let logger: Logger
  private let pool: WorkerPool
  private let worker: PictureWorker
  private let info: ServiceInfo
  private let cache: ImageCache?
  private let images: ImageStore?

  /// Prepares the service.
  ///
  /// - Throws: an error that says which folder of the settings is not there.
  package init(settings: ServiceSettings, logger: Logger) throws {
    self.settings = settings
    self.logger = logger
    setImageFileThreads(settings.threadsPerPicture)
    let coder = PictureCoder(
      maximumPixels: settings.maximumPixels, threads: settings.threadsPerPicture)
    info = try ServiceInfo(settings)
    if let web = settings.web, !isFolder(web) { throw FolderError(path: web) }
    cache = try settings.cache.map { try ImageCache(folder: $0, maximumBytes: settings.cacheBytes) }
    let pool = WorkerPool(workers: settings.workers, queueLength: settings.queueLength)
    images = try settings.images.map { [cache] folder in
      try ImageStore(folder: folder, cache: cache, pool: pool, coder: coder, logger: logger)
    }
    self.pool = pool
    let (bodyBytes, isBeyondInt) = pool.capacity.multipliedReportingOverflow(
      by: settings.maximumBodyBytes)
    worker = PictureWorker(
      pool: pool, coder: coder, bodyMemory: BodyMemory(bytes: isBeyondInt ? .max : bodyBytes),
      maximumBodyBytes: settings.maximumBodyBytes, timeLimit: settings.timeLimit)
  }

  /// The application, to be run as a service or tested.
  package func application(
    onServerRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
  ) -> some ApplicationProtocol {
    Application(
      router: router(),
      server: HTTPServerBuilder { Connections(responder: $0) },
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: settings.port), serverName: "tng-server",
        availableConnectionsDelegate: MaximumAvailableConnections(settings.maximumConnections)),
      services: [pool], onServerRunning: onServerRunning, logger: logger)
  }
}

extension TNGService {
  private typealias Handler = @Sendable (Request, ServiceContext) async throws -> Response

  private func router() -> Router<ServiceContext> {
    _ = PrometheusRegistry.shared
    let router = Router(
      context: ServiceContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: RequestRecorder())
    router.add(middleware: ResponseRules())
    router.add(middleware: SecurityHeaders())
    router.add(middleware: ProblemMiddleware())
    router.add(middleware: KnownMethods())
    router.add(middleware: BodyInvitations())
    if let web = settings.web { router.add(middleware: PageFiles(web)) }

    let (encode, decode) = (EncodeRoute(worker: worker), DecodeRoute(worker: worker))
    let compare = CompareRoute(
      worker: worker,
      coder: PictureCoder(
        maximumPixels: min(settings.maximumComparedPixels, settings.maximumPixels),
        threads: settings.threadsPerPicture))
    add(to: router, "/v1/encode", .post) { request, _ in try await encode.respond(to: request) }
    add(to: router, "/v1/decode", .post) { request, _ in try await decode.respond(to: request) }
    add(to: router, "/v1/compare", .post) { request, _ in try await compare.respond(to: request) }
    add(to: router, "/v1/info", .get) { [info] _, _ in try Response(json: info) }
    add(to: router, "/health", .get) { _, _ in try Response(json: ["status": "ok"]) }
    add(to: router, "/metrics", .get) { _, _ in metrics() }
    add(to: router, "/openapi.json", .get) { _, _ in
      Response(
        status: .ok, headers: [.contentType: "application/json"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: PackageResources.openapi_json)))
    }
    if let images {
      let route = ImageRoute(
        store: images, modelID: info.modelID, maximumAge: settings.maximumAge,
        timeLimit: settings.timeLimit)
      add(to: router, "/images/**", .get) { request, context in
        let name = context.parameters.getCatchAll().map { $0.removingPercentEncoding ?? "" }
        return try await route.respond(to: request, name: name)
      }
    }
    return router
  }

  /// Adds a route; other methods at its address are told which one it takes.
  private func add(
    to router: Router<ServiceContext>, _ path: RouterPath, _ method: HTTPRequest.Method,
    handler: @escaping Handler
  ) {
    router.on(path, method: method, use: handler)
    let allowed = method == .get ? [.get, .head] : [method]
    for other in HTTPRequest.Method.known where !allowed.contains(other) {
      router.on(path, method: other) { _, _ -> Response in
        throw Problem.methodNotAllowed(allowed)
      }
    }
  }

  private func metrics() -> Response {
    Meter(label: "tng.places").set(pool.capacity)
    Meter(label: "tng.places.taken").set(pool.takenPlaces)
    if let cache { Meter(label: "tng.image.cache.bytes").set(cache.bytes) }
    return Response(
      status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: PrometheusRegistry.shared.text)))
  }
}
