import Foundation
import Pixels
import TNG
import TestSupport
import Testing

#if compiler(>=6.2) && os(Linux)
  /// Memory returns to its start. In a process of its own, because other tests use memory too.
  @Suite struct SoakTests {
    /// `TNG_SOAK=10000` decodes as many times.
    @Test func peakMemoryIsFlat() async {
      await #expect(processExitsWith: .success) {
        let count = ProcessInfo.processInfo.environment["TNG_SOAK"].flatMap { Int($0) } ?? 300
        let file = try encoded(testPicture(width: 40, height: 24, format: .rgba))
        let damaged = Array(file.dropLast(9))
        func decode() throws {
          _ = try TNGDecoder(options: .init(threads: 2)).decode(file)
          _ = try? TNGDecoder().decode(damaged)
          _ = try TNGDecoder().decodePartial(damaged)
        }
        for _ in 0..<100 { try decode() }
        let peak = Self.peakMemory()
        for _ in 0..<count { try decode() }
        // A leak of 64 bytes a decode would show in the long run, one of a tensor in the short one.
        #expect(Self.peakMemory() - peak <= 512 << 10)
      }
    }

    /// The most memory that this process has had, in bytes; Linux counts in KiB.
    private static func peakMemory() -> Int {
      var usage = rusage()
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return usage.ru_maxrss << 10
    }
  }
#endif
