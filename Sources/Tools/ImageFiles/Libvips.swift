internal import CVipsShim

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Why libvips is not ready, or nil; the first that reads or writes a picture loads it.
private let libvipsFailure = vips_shim_start().map { String(cString: $0) }

/// Sets how many threads one picture's reading or writing may use, at least 1, before the first is
/// read or written; the number of pictures at a time is the caller's.
public func setImageFileThreads(_ count: Int) {
  precondition(count > 0, "there is at least one thread")
  vips_shim_set_threads(Int32(clamping: count))
}

/// Runs `body`, which calls libvips and gives nil when a call fails.
///
/// libvips has one error text for the whole process. So a `body` that fails while others run is run
/// again alone, and the text it leaves then is its own.
///
/// - Throws: What `body` throws, or `failure` with the error text.
func withLibvips<Result>(
  failure: (String) -> ImageFileError,
  _ body: () throws -> Result?
) throws -> Result {
  if let libvipsFailure { throw ImageFileError.libraryUnavailable(libvipsFailure) }
  if let result = try amongOthers(body) { return result }

  vips_shim_lock_alone()
  defer { vips_shim_unlock_alone() }
  _ = takeErrorText()
  if let result = try body() { return result }
  throw failure(takeErrorText())
}

private func amongOthers<Result>(
  _ body: () throws -> Result?
) throws -> Result? {
  vips_shim_lock_shared()
  defer { vips_shim_unlock_shared() }
  return try body()
}

/// Takes libvips's error text as one line.
private func takeErrorText() -> String {
  let text = vips_shim_take_error()
  defer { free(text) }
  let lines = String(cString: text).split(separator: "\n")
  return lines.isEmpty ? "no reason given" : lines.joined(separator: "; ")
}
