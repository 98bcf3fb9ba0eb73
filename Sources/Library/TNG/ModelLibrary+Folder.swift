#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ModelLibrary {
  /// Adds the models of all weights files (`.tngw`) of a folder, in the order of their names.
  ///
  /// - Throws: ``ModelFileError`` if the folder or a file cannot be read, or a file is not a
  ///   weights file.
  public mutating func add(
    folder path: String, isOffered: Bool = true
  ) throws(ModelFileError) {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw ModelFileError(path: path, reason: nil)
    }
    for name in names.sorted() where name.hasSuffix(".tngw") {
      let file = path + "/" + name
      guard let weights = FileManager.default.contents(atPath: file) else {
        throw ModelFileError(path: file, reason: nil)
      }
      do throws(TNGError) {
        try add([UInt8](weights), isOffered: isOffered)
      } catch {
        throw ModelFileError(path: file, reason: error)
      }
    }
  }
}

/// Why a model was not added from a folder.
public struct ModelFileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The folder or file.
  public let path: String
  /// What is wrong with it; nil if it cannot be read.
  public let reason: TNGError?

  /// The error as a sentence.
  public var description: String {
    "\(path): \(reason?.description ?? "It cannot be read.")"
  }
}
