import ArgumentParser
import Foundation

/// How the times of the codec are told.
enum TimingFormat: String, CaseIterable, ExpressibleByArgument {
  case json
}

/// How long the codec takes from memory to memory: the best of several runs, of which the first
/// also unpacks the model.
struct Timing: Encodable {
  /// The name of the file that was read.
  let file: String
  /// `encode` or `decode`.
  let verb: String
  /// By the clock.
  let seconds: Double
  /// Of all threads together.
  let cpuSeconds: Double
  let threads: Int

  private enum CodingKeys: String, CodingKey {
    case file
    case threads
    case encodeSeconds = "encode_seconds"
    case encodeCPUSeconds = "encode_cpu_seconds"
    case decodeSeconds = "decode_seconds"
    case decodeCPUSeconds = "decode_cpu_seconds"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    let isEncoding = verb == "encode"
    try container.encode(file, forKey: .file)
    try container.encode(threads, forKey: .threads)
    try container.encode(seconds, forKey: isEncoding ? .encodeSeconds : .decodeSeconds)
    try container.encode(cpuSeconds, forKey: isEncoding ? .encodeCPUSeconds : .decodeCPUSeconds)
  }

  /// The result of `work`, and the best times of at most six runs of it, of which none begins after
  /// the first second.
  static func measure<Result>(
    file: String, verb: String, threads: Int, _ work: () throws -> Result
  ) rethrows -> (result: Result, timing: Timing) {
    let first = ContinuousClock.now
    var result: Result
    var best = (seconds: Double.infinity, cpuSeconds: Double.infinity)
    var runs = 0
    repeat {
      let start = ContinuousClock.now
      let cpuStart = processorSeconds()
      result = try work()
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      best = (min(best.seconds, seconds), min(best.cpuSeconds, processorSeconds() - cpuStart))
      runs += 1
    } while runs < 6 && ContinuousClock.now - first < .seconds(1)
    let timing = Timing(
      file: file, verb: verb, seconds: best.seconds, cpuSeconds: best.cpuSeconds, threads: threads)
    return (result, timing)
  }

  /// The timing as a line of JSON.
  var line: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let json = (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) }
    return SystemText.unicode(json ?? "")
  }
}

/// The processor time that this process has used.
private func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
