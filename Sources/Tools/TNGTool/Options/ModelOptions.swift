import ArgumentParser
import Foundation
import TNG

/// Which models there are beside those that the tool carries.
struct ModelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A folder of weights files (.tngw): their models can decode, and encode by --model. The default is the folder that TNG_MODELS names in the environment.",
      valueName: "folder"),
    completion: .directory)
  var models: String?

  /// All models.
  ///
  /// - Throws: ``FileFailure`` if the folder or a file of it is not usable.
  func library() throws -> ModelLibrary {
    var library = ModelLibrary.embedded
    guard let folder = models ?? Self.environmentFolder else { return library }
    do throws(ModelFileError) {
      try library.add(folder: folder)
    } catch {
      throw FileFailure(error.description)
    }
    return library
  }

  private static var environmentFolder: String? {
    let folder = ProcessInfo.processInfo.environment["TNG_MODELS"]
    return folder?.isEmpty == true ? nil : folder
  }
}
