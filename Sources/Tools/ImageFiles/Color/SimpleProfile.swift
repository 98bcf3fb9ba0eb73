#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// What a simple ICC profile says: a matrix and three curves, or one curve for grey (ICC.1:2022,
/// 8.3 and 8.4). The inverse of ``ICCProfile``.
struct SimpleProfile {
  private let tags: [String: ArraySlice<UInt8>]
  private let isGray: Bool

  /// Takes a profile apart; nil for one with tables of colours, for HDR, and for damaged ones.
  init?(_ profile: [UInt8]) {
    let space = profile.dropFirst(16).prefix(4)
    isGray = space.elementsEqual("GRAY".utf8)
    guard isGray || space.elementsEqual("RGB ".utf8), profile.count > 132 else { return nil }
    let count = profile[128..<132].bigEndianValue
    guard count <= 100, profile.count >= 132 + 12 * count else { return nil }
    var tags: [String: ArraySlice<UInt8>] = [:]
    for entry in stride(from: 132, to: 132 + 12 * count, by: 12) {
      let name = String(decoding: profile[entry..<entry + 4], as: UTF8.self)
      let start = profile[entry + 4..<entry + 8].bigEndianValue
      let length = profile[entry + 8..<entry + 12].bigEndianValue
      guard start <= profile.count, length <= profile.count - start else { return nil }
      tags[name] = profile[start..<start + length]
    }
    let others = ["A2B0", "A2B1", "A2B2", "D2B0", "D2B1", "D2B2", "D2B3", "cicp"]
    if others.contains(where: { tags[$0] != nil }) { return nil }
    self.tags = tags
  }

  /// Whether samples mean what they mean in sRGB, to within the rounding of 8 bits.
  var isSRGB: Bool {
    if isGray { return isCurveSRGB("kTRC") }
    // The colours of sRGB, adapted to D50.
    let colors = [
      "rXYZ": [0.4361, 0.2225, 0.0139], "gXYZ": [0.3851, 0.7169, 0.0971],
      "bXYZ": [0.1431, 0.0606, 0.7141],
    ]
    return colors.allSatisfy { name, color in
      guard let own = numbers(tags[name]?.dropFirst(8), count: 3) else { return false }
      return zip(own, color).allSatisfy { abs($0 - $1) < 0.003 }
    } && ["rTRC", "gTRC", "bTRC"].allSatisfy(isCurveSRGB)
  }

  private func isCurveSRGB(_ name: String) -> Bool {
    guard let curve = tags[name].flatMap(Self.curve) else { return false }
    return (0...255).allSatisfy { sample in
      let light = min(max(curve(Double(sample) / 255), 0), 1)
      let encoded = light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055
      return abs(encoded * 255 - Double(sample)) < 0.6
    }
  }

  /// The light of samples of 0 … 1 (10.6 and 10.18); nil for what is no curve.
  private static func curve(_ data: ArraySlice<UInt8>) -> ((Double) -> Double)? {
    guard data.count >= 12 else { return nil }
    let values = Array(data.dropFirst(8))
    if data.starts(with: "para".utf8) {
      return numbers(values.dropFirst(4), count: (values.count - 4) / 4).flatMap {
        parametric(values[0..<2].bigEndianValue, $0)
      }
    }
    guard data.starts(with: "curv".utf8) else { return nil }
    let count = values[0..<4].bigEndianValue
    guard count <= (values.count - 4) / 2 else { return nil }
    let table = (0..<count).map { Double(values[4 + 2 * $0..<6 + 2 * $0].bigEndianValue) }
    switch count {
    case 0: return { $0 }
    case 1: return { pow($0, table[0] / 256) }
    default:
      return { sample in
        let position = sample * Double(count - 1)
        let index = min(Int(position), count - 2)
        let share = position - Double(index)
        return (table[index] * (1 - share) + table[index + 1] * share) / 65535
      }
    }
  }

  private static func parametric(_ kind: Int, _ p: [Double]) -> ((Double) -> Double)? {
    guard [1, 3, 4, 5, 7].indices.contains(kind), p.count >= [1, 3, 4, 5, 7][kind] else {
      return nil
    }
    switch kind {
    case 0: return { pow($0, p[0]) }
    case 1: return { $0 >= -p[2] / p[1] ? pow(p[1] * $0 + p[2], p[0]) : 0 }
    case 2: return { $0 >= -p[2] / p[1] ? pow(p[1] * $0 + p[2], p[0]) + p[3] : p[3] }
    case 3: return { $0 >= p[4] ? pow(p[1] * $0 + p[2], p[0]) : p[3] * $0 }
    default: return { $0 >= p[4] ? pow(p[1] * $0 + p[2], p[0]) + p[5] : p[3] * $0 + p[6] }
    }
  }
}

/// Numbers of 16.16 bits, or nil when there are fewer.
private func numbers(_ bytes: ArraySlice<UInt8>?, count: Int) -> [Double]? {
  guard let bytes, bytes.count >= 4 * count else { return nil }
  return (0..<count).map { index in
    let value = bytes.dropFirst(4 * index).prefix(4).bigEndianValue
    return Double(Int32(truncatingIfNeeded: value)) / 65536
  }
}
