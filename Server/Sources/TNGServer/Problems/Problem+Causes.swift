import HTTPTypes
import Hummingbird
import ImageFiles
import NIOCore
import PictureMetrics
import TNG

extension Problem {
  /// What an error of the codecs or of the server means to a client, or nil if it is none of its
  /// business.
  init?(_ error: any Error) {
    switch error {
    case let problem as Problem: self = problem
    case let error as TNGError: self.init(error.status, error.description)
    case let error as ImageFileError: self.init(error.status, error.description)
    case let error as MetricError: self.init(.unprocessableContent, error.description)
    case is CancellationError: self = .slowWork
    case is NIOTooManyBytesError: self.init(.contentTooLarge, "The body is too large.")
    case let error as HTTPError: self.init(error)
    default: return nil
    }
  }

  private init(_ error: HTTPError) {
    guard error.status != .notFound else {
      self = .notFound
      return
    }
    self.init(error.status, error.body ?? "The request is not valid.", headers: error.headers)
  }
}

extension TNGError {
  /// The status that tells a client of the error.
  fileprivate var status: HTTPResponse.Status {
    switch category {
    case .damaged, .truncated, .target: .unprocessableContent
    case .unsupported: .unsupportedMediaType
    case .limitExceeded: .contentTooLarge
    case .model: .internalServerError
    case .cancelled: .serviceUnavailable
    }
  }
}

extension ImageFileError {
  /// The status that tells a client of the error.
  fileprivate var status: HTTPResponse.Status {
    switch self {
    case .unknownFormat, .unsupported: .unsupportedMediaType
    case .damaged, .notWritten: .unprocessableContent
    case .tooLarge: .contentTooLarge
    case .libraryUnavailable: .internalServerError
    }
  }
}
