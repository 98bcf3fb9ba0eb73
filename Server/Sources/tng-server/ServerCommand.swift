public import ArgumentParser
import Foundation
import Hummingbird
public import Logging
import TNGServer

/// `tng-server`: serves until it is told to stop.
@main
struct ServerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tng-server",
    abstract: "Serves the TNG codec over HTTP.",
    discussion: """
      POST /v1/encode makes a .tng file of any picture, /v1/decode a picture of a .tng file, and \
      /v1/compare tells how TNG, JPEG, WebP and AVIF do on a picture. GET /images/NAME sends a picture \
      of a folder in the best format that the client takes. GET /openapi.json describes all of it.

      A signal TERM or INT stops the service when the requests at hand are answered. Uploads are not \
      kept. Logs go to standard error.
      """,
    version: serverVersion)

  @Option(help: ArgumentHelp("The port to listen at; 0 takes a free one.", valueName: "number"))
  var port = 8080

  @Option(
    help: ArgumentHelp(
      "The name or address to listen at. 0.0.0.0 takes requests from other machines too.",
      valueName: "address"))
  var host = "127.0.0.1"

  @Option(
    help: ArgumentHelp(
      "The number of pictures in work at once. The default is one for each processor.",
      valueName: "number"))
  var workers = ProcessInfo.processInfo.activeProcessorCount

  @Option(
    help: ArgumentHelp(
      "The number of requests that wait for a worker; those beyond it get the status 503.",
      valueName: "number"))
  var queue = 32

  @Option(help: ArgumentHelp("The largest picture, in pixels.", valueName: "number"))
  var maxPixels = 1 << 25

  @Option(
    help: ArgumentHelp("The largest picture for /v1/compare, in pixels.", valueName: "number"))
  var maxComparedPixels = 1 << 21

  @Option(help: ArgumentHelp("The largest body of a request, in bytes.", valueName: "number"))
  var maxBody = 32 << 20

  @Option(
    help: ArgumentHelp("The largest number of connections at a time.", valueName: "number"))
  var maxConnections = 1024

  @Option(
    help: ArgumentHelp(
      "How long a body may take to arrive, and the work on it, each.", valueName: "seconds"))
  var timeLimit = 60

  @Option(
    help: ArgumentHelp("The folder of pictures to serve under /images/.", valueName: "folder"),
    completion: .directory)
  var images: String?

  @Option(
    help: ArgumentHelp(
      "The folder to keep in what is made of them. Without it, it is made anew for each request.",
      valueName: "folder"),
    completion: .directory)
  var cache: String?

  @Option(
    help: ArgumentHelp("The most bytes to keep in the cache's folder.", valueName: "number"))
  var cacheSize = 1 << 30

  @Option(
    help: ArgumentHelp(
      "How long clients may keep a picture of /images/ without asking.", valueName: "seconds"))
  var maxAge = 3600

  @Option(
    help: ArgumentHelp("The folder of the page to serve at /.", valueName: "folder"),
    completion: .directory)
  var web: String?

  @Option(
    help: ArgumentHelp(
      "What to log: trace, debug, info, notice, warning, error or critical.", valueName: "level"))
  var logLevel: Logger.Level = .info

  func validate() throws {
    guard (0...65535).contains(port) else {
      throw ValidationError("The port must be a number from 0 to 65535.")
    }
    guard (1...1024).contains(workers), queue >= 0 else {
      throw ValidationError(
        "The number of workers must be from 1 to 1024, that of the queue at least 0.")
    }
    let limits = [maxPixels, maxComparedPixels, maxBody, maxConnections, timeLimit, cacheSize]
    guard limits.allSatisfy({ $0 > 0 }), maxAge >= 0 else {
      throw ValidationError("Limits must be at least 1.")
    }
  }

  func run() async throws {
    LoggingSystem.bootstrap(StreamLogHandler.standardError)
    var logger = Logger(label: "tng-server")
    logger.logLevel = logLevel
    let service = try TNGService(settings: settings, logger: logger)
    let application = service.application { [logger] channel in
      logger.notice("listening", metadata: ["port": "\(channel.localAddress?.port ?? 0)"])
    }
    try await application.runService()
  }

  private var settings: ServiceSettings {
    var settings = ServiceSettings()
    settings.host = host
    settings.port = port
    settings.workers = workers
    settings.threadsPerPicture = max(1, ProcessInfo.processInfo.activeProcessorCount / workers)
    settings.queueLength = queue
    settings.maximumConnections = maxConnections
    settings.maximumBodyBytes = maxBody
    settings.maximumPixels = maxPixels
    settings.maximumComparedPixels = maxComparedPixels
    settings.timeLimit = .seconds(timeLimit)
    settings.images = images
    settings.cache = cache
    settings.cacheBytes = cacheSize
    settings.maximumAge = maxAge
    settings.web = web
    return settings
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
