#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Android)
  import Android
#elseif canImport(Darwin)
  import Darwin
#elseif canImport(WASILibc)
  import WASILibc
#endif

/// The functions of the C library that this module needs, so that its name stands in one place.
extension Double {
  /// e raised to this number.
  var exponential: Double { exp(self) }

  /// Ten times the logarithm to the base 10: a ratio of powers in decibels.
  var decibels: Double { 10 * log10(self) }

  /// This number raised to a power.
  func raised(to power: Double) -> Double { pow(self, power) }
}
