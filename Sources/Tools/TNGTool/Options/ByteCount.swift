import ArgumentParser

/// A number of bytes as people write it: `20000`, `20KB`, `1.5 MB`, `64KiB`.
struct ByteCount: Hashable, ExpressibleByArgument {
  /// The number of bytes, at least 1.
  let bytes: Int

  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = argument.dropFirst(digits.count).drop { $0 == " " }.lowercased()
    guard let number = Double(digits), let factor = Self.factors[unit] else { return nil }
    let bytes = (number * factor).rounded()
    guard bytes >= 1, bytes < 0x1p53 else { return nil }
    self.bytes = Int(bytes)
  }

  private static let factors: [String: Double] = [
    "": 1, "b": 1, "kb": 1e3, "k": 1e3, "mb": 1e6, "m": 1e6, "kib": 1024, "mib": 1_048_576,
    "gb": 1e9, "g": 1e9, "gib": 1_073_741_824,
  ]
}
