import CPeakRates

/// The rate of the multiply-add instruction of an instruction set alone, in multiply-adds a
/// microsecond on the calling thread.
///
/// - Parameter instructions: `sse2`, `avx2`, `avxvnni`, `avx512vnni` or `neon`, which this
///   processor must have.
/// - Returns: nil for other names, among them `scalar`.
public func peakRate(of instructions: String) -> Int? {
  var multiplyAdds: Int64 = 0
  let microseconds = microseconds { multiplyAdds = tng_peak_multiply_adds(instructions) }
  return multiplyAdds > 0 ? Int(Double(multiplyAdds) / microseconds) : nil
}

/// The time of a call by the clock.
public func microseconds<E: Error>(_ body: () throws(E) -> Void) throws(E) -> Double {
  let start = ContinuousClock.now
  try body()
  return (ContinuousClock.now - start) / .microseconds(1)
}
