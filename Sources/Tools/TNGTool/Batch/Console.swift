import Foundation
import Synchronization

/// What the program says on standard error: messages, and a progress bar on a terminal.
final class Console: Sendable {
  private let bar: Mutex<ProgressBar>

  /// Creates a console for so many files.
  init(fileCount: Int) {
    bar = Mutex(ProgressBar(total: fileCount, isShown: isatty(STDERR_FILENO) == 1))
  }

  /// Shows how much of a file is done, 0 … 1, if it is the only one.
  func show(share: Double) { bar.withLock { $0.show(share: share) } }

  /// Says that a file failed.
  func report(_ failure: FileFailure, of name: String) {
    bar.withLock { $0.interrupt(with: "tng: \(name): \(failure)") }
  }

  /// Says what the user should know of a file that did not fail.
  func warn(_ message: String, of name: String) {
    bar.withLock { $0.interrupt(with: "tng: \(name): Warning: \(message)") }
  }

  /// The result of `work`, whose times are told if they are asked for.
  func timed<Result>(
    _ format: TimingFormat?, _ verb: String, _ input: Endpoint, threads: Int,
    _ work: () throws -> Result
  ) rethrows -> Result {
    guard format != nil else { return try work() }
    let (result, timing) = try Timing.measure(
      file: input.description, verb: verb, threads: threads, work)
    bar.withLock { $0.interrupt(with: timing.line) }
    return result
  }

  /// Counts one more file as done.
  func advance() {
    bar.withLock { $0.advance() }
  }
}

/// A line such as `[##########          ] 12 of 24`, drawn anew as files are done; of one file, as
/// its parts are: `[##########          ] 50 %`.
private struct ProgressBar {
  let total: Int
  let isShown: Bool
  private var done = 0
  /// Of the only file.
  private var percent = 0

  init(total: Int, isShown: Bool) {
    self.total = total
    self.isShown = isShown
  }

  mutating func show(share: Double) {
    let percent = Int(100 * share)
    guard total == 1, done == 0, percent > self.percent else { return }
    self.percent = percent
    draw()
  }

  mutating func advance() {
    done += 1
    if done < total { draw() } else { erase() }
  }

  /// Prints a line in place of the bar, and the bar below it.
  func interrupt(with line: String) {
    erase()
    write(line + "\n")
    if done + percent > 0, done < total { draw() }
  }

  private func draw() {
    let filled = total == 1 ? 30 * percent / 100 : 30 * done / total
    let text = total == 1 ? "\(percent) %" : "\(done) of \(total)"
    let bar = String(repeating: "#", count: filled) + String(repeating: " ", count: 30 - filled)
    if isShown { write("\r[\(bar)] \(text)") }
  }

  private func erase() {
    if isShown { write("\r\u{1B}[K") }
  }

  private func write(_ text: String) {
    // There is nobody to tell when standard error itself is closed.
    try? writeAll(SystemText.bytes(text), to: STDERR_FILENO)
  }
}
