import Neural
import PictureMetrics
import Pixels
import TestSupport
import Testing

#if compiler(>=6.2) && os(Linux)
  /// Scoring takes no more memory than it says. In a process of its own, because other tests use
  /// memory too.
  @Suite struct MemoryTests {
    @Test func scoringKeepsItsBound() async {
      await #expect(processExitsWith: .success) {
        for (width, height, threads) in [(400, 300, 2), (3000, 20, 1), (1500, 1100, 2)] {
          let pixels = noise(width: width, height: height, format: .rgb)
          let need = ssimulacra2Memory(width: width, height: height)
          let used = try peakMemory {
            Execution(threads: threads).withWorkers { execution in
              _ = ssimulacra2(of: pixels, against: pixels, execution)
            }
          }
          // Beside two megabytes of threads and small things.
          #expect(used <= Int(need.base + UInt64(threads) * need.worker) + 2 << 20)
        }
      }
    }
  }
#endif
