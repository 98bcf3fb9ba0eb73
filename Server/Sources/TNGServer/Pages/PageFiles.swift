import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Serves the files of the page's folder at the addresses that no route has. Browsers keep them,
/// and ask each time whether they have changed.
struct PageFiles: RouterMiddleware {
  private let folder: String
  private let files = FileIO()

  init(_ folder: String) {
    self.folder = folder
  }

  func handle(
    _ request: Request, context: ServiceContext,
    next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as any HTTPResponseError where error.status == .notFound {
      guard request.method == .get || request.method == .head,
        let path = path(of: request.uri.path), let file = PageFile(path)
      else { throw error }
      context.coreContext.endpointPath.value = "page"
      return try await Response(
        to: request, fileOf: file.count, tag: file.tag,
        headers: [.contentType: file.mediaType, .cacheControl: "no-cache"]
      ) { range in
        if range.isEmpty || request.method == .head { return ResponseBody() }
        return try await files.loadFile(
          path: path, range: range.lowerBound...range.upperBound - 1, context: context)
      }
    }
  }

  /// Where the file of an address is; nil for names that begin with a dot, and those that lead
  /// elsewhere.
  private func path(of address: String) -> String? {
    guard let address = address.removingPercentEncoding, address.hasPrefix("/") else { return nil }
    let parts = address.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    guard parts.dropLast().allSatisfy({ !$0.isEmpty }),
      parts.allSatisfy({ !$0.hasPrefix(".") && !$0.contains("\0") })
    else { return nil }
    return folder + address + (address.hasSuffix("/") ? "index.html" : "")
  }
}

/// A file of the page.
private struct PageFile {
  let count: Int
  /// Changes with the time of change and the size.
  let tag: String
  let mediaType: String

  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    count = Int(status.st_size)
    let version = [Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec), count]
    tag = "\"\(version.map { String($0, radix: 36) }.joined(separator: "-"))\""
    let ending = path.split(separator: ".").last.map(String.init) ?? ""
    let known = MediaType.getMediaType(forExtension: .init(ending))?.description
    mediaType = ending == "tng" ? "image/x-tng" : known ?? "application/octet-stream"
  }
}
