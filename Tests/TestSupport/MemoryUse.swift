#if os(Linux)
  import Foundation

  /// By how many bytes `work` raises the memory of this process at its peak. What other threads do
  /// meanwhile counts too, so a test calls this in a process of its own.
  package func peakMemory(of work: () throws -> Void) throws -> Int {
    releaseFreeMemory()
    let before = try statusEntry("VmRSS")
    // The peak is that from now on.
    try Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
    try work()
    return try statusEntry("VmHWM") - before
  }

  /// Gives back to the system what is freed, so that it does not serve what is measured.
  private func releaseFreeMemory() {
    typealias Trim = @convention(c) (Int) -> CInt
    guard let function = dlsym(nil, "malloc_trim") else { return }
    _ = unsafeBitCast(function, to: Trim.self)(0)
  }

  /// An entry of Linux's status of this process, in bytes.
  private func statusEntry(_ name: String) throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name) }),
      let kibibytes = line.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Int($0) })
    else { throw CocoaError(.fileReadCorruptFile) }
    return kibibytes << 10
  }
#endif
