import Foundation
import ImageFiles
import PictureMetrics
import TNG

/// Why something failed, as full sentences for the person who reads them.
struct FileFailure: Error, Hashable, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }

  /// The failure that the C library's error number stands for.
  init(code: Int32 = errno) {
    description =
      switch code {
      case ENOENT: "There is no such file or folder."
      case EISDIR: "This is a folder."
      case ENOTDIR: "A part of the name is not a folder."
      case EEXIST: "The file exists; --force overwrites it."
      case EACCES, EPERM: "Permission is denied."
      case EROFS: "The file system is read-only."
      case ENOSPC, EDQUOT: "There is no space left."
      case EFBIG: "The file is larger than this system allows."
      case EPIPE: "The reader closed the pipe before the end."
      case ENAMETOOLONG: "The name is too long."
      default: "The system refused (\(String(cString: strerror(code))))."
      }
  }

  /// The failure as that of a file by its name.
  func of(_ name: String) -> FileFailure { FileFailure("\(name): \(description)") }

  /// The failure that another error stands for.
  init(_ error: any Error) {
    switch error {
    case let failure as FileFailure: self = failure
    case let error as TNGError: self.init(error.description + error.advice)
    case let error as ImageFileError: self.init(error.description + error.advice)
    default: self.init("\(error)")
    }
  }
}

extension ImageFileError {
  /// What a user can do about the error, with a space before it; empty when there is nothing.
  fileprivate var advice: String {
    if case .tooLarge = self { " --max-pixels raises this limit." } else { "" }
  }
}
