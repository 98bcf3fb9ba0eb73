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
  /// If the folder of the environment is not usable, there is a warning and none of its models:
  /// most work needs none.
  ///
  /// - Throws: ``FileFailure`` if the folder of the option, or a file of it, is not usable.
  func library() throws -> ModelLibrary {
    guard let folder = models ?? Self.environmentFolder else { return .embedded }
    var library = ModelLibrary.embedded
    do throws(ModelFileError) {
      try library.add(folder: folder)
      return library
    } catch {
      guard models == nil else { throw FileFailure("--models: \(error.description)") }
      Console(fileCount: 1).warn(
        "\(error.description) No model of this folder is used.", of: "TNG_MODELS")
      return .embedded
    }
  }

  private static var environmentFolder: String? {
    let folder = ProcessInfo.processInfo.environment["TNG_MODELS"]
    return folder?.isEmpty == true ? nil : folder
  }
}
