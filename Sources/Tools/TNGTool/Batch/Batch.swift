import ArgumentParser
import Dispatch
import ImageFiles
import Synchronization

/// Files that are worked on side by side, with a bounded number of threads in all.
///
/// As many files as there are threads are in work at once, so that memory holds as many pictures at
/// most; fewer files share the threads evenly. When times are told, the files go one after another,
/// each with all threads: the processor time of the program is then that of one file.
struct Batch {
  /// The number of files in work at once.
  let workers: Int
  /// The number of threads that each of them may use.
  let threadsPerFile: Int

  /// Divides threads among files.
  init(fileCount: Int, threads: Int, isTimed: Bool) {
    workers = isTimed ? 1 : max(1, min(fileCount, threads))
    threadsPerFile = threads / workers
  }

  /// Works on every file; one that fails is reported and does not stop the others.
  ///
  /// - Throws: `ExitCode.failure` in the end if a file failed.
  func run(
    _ conversions: [Conversion], work: @Sendable (Conversion, Console) throws -> Void
  ) throws {
    let console = Console(fileCount: conversions.count)
    let queue = ConversionQueue(conversions)
    setImageFileThreads(threadsPerFile)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while let conversion = queue.next() {
        do {
          try work(conversion, console)
        } catch {
          queue.countFailure()
          console.report(FileFailure(error), of: conversion.input.description)
        }
        console.advance()
      }
    }
    if queue.failures > 0 { throw ExitCode.failure }
  }
}

/// Conversions to take one after another, on any thread.
private final class ConversionQueue: Sendable {
  private struct State {
    var waiting: ArraySlice<Conversion>
    var failures = 0
  }

  private let state: Mutex<State>

  init(_ conversions: [Conversion]) {
    state = Mutex(State(waiting: conversions[...]))
  }

  /// The number of conversions that failed.
  var failures: Int { state.withLock { $0.failures } }

  /// Takes the next conversion, or gives nil when there is none left.
  func next() -> Conversion? { state.withLock { $0.waiting.popFirst() } }

  /// Counts a conversion that failed.
  func countFailure() { state.withLock { $0.failures += 1 } }
}
