import Foundation
import Logging
import CoreMetrics
import ImageFiles
import NIOPosix
import TNG

/// Files made of the pictures of a folder: from the cache, or made once for all who ask meanwhile.
actor ImageStore {
  /// The pictures.
  nonisolated let folder: ImageFolder
  private let cache: ImageCache?
  private let pool: WorkerPool
  private let coder: PictureCoder
  private let logger: Logger
  private var inWork: [ImageVariant: Task<[UInt8], any Error>] = [:]
  /// Those that their format cannot hold, so that this is not tried for each request.
  private var impossible: [ImageVariant: ImageFileError] = [:]
  private static let maximumImpossible = 4096

  /// Opens the folders that the settings name.
  init(
    folder: String, cache: ImageCache?, pool: WorkerPool, coder: PictureCoder, logger: Logger
  ) throws {
    self.folder = try ImageFolder(folder)
    self.cache = cache
    self.pool = pool
    self.coder = coder
    self.logger = logger
  }

  /// The file of a variant.
  ///
  /// - Throws: ``Problem/busy`` if it must be made and no place is free, or why it cannot be made:
  ///   `ImageFileError.notWritten` when its format cannot hold the picture.
  func file(_ variant: ImageVariant) async throws -> [UInt8] {
    if let error = impossible[variant] { throw error }
    if let file = await cached(variant) { return file }
    // Another may have begun it while this one waited for the disk.
    let task = try inWork[variant] ?? begin(variant)
    do {
      return try await task.sharedValue()
    } catch let error as ImageFileError {
      if case .notWritten = error { remember(variant, isImpossible: error) }
      throw error
    }
  }

  private func remember(_ variant: ImageVariant, isImpossible error: ImageFileError) {
    if impossible.count >= Self.maximumImpossible { impossible.removeAll() }
    impossible[variant] = error
  }

  private nonisolated func cached(_ variant: ImageVariant) async -> [UInt8]? {
    guard let cache else { return nil }
    let file = try? await NIOThreadPool.singleton.runIfActive { cache.read(variant.cachePath) }
    let outcome = file == nil ? "miss" : "hit"
    Counter(label: "tng.image.cache.reads", dimensions: [("outcome", outcome)]).increment()
    return file
  }

  private func begin(_ variant: ImageVariant) throws -> Task<[UInt8], any Error> {
    let place = try pool.takePlace()
    let task = Task {
      defer { inWork[variant] = nil }
      return try await place.run { [coder, cache, logger] _ in
        let file = try variant.make(coder)
        do {
          try cache?.write(file, to: variant.cachePath)
        } catch {
          logger.warning("cache not written", metadata: ["error": "\(error)"])
        }
        return file
      }
    }
    inWork[variant] = task
    return task
  }
}
