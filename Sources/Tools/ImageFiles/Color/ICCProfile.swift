#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// An ICC profile made of a colour description (ICC.1:2022): a matrix and curves for RGB, a curve
/// for grey.
///
/// PQ and HLG are kept too, as a `cicp` tag, which readers of HDR take. For others the curve gives
/// light up to that of white paper (203 cd/m², ITU-R BT.2408), and what is brighter becomes white.
struct ICCProfile {
  /// The bytes of the profile.
  let bytes: [UInt8]

  /// Makes a profile for grey or RGB samples; nil for chromaticities that make no colour space.
  init?(_ color: ColorDescription, isGray: Bool) {
    guard let matrix = color.chromaticities.toD50 else { return nil }
    let curve = Self.curve(color.curve)
    var tags: [(name: String, data: [UInt8])] = [
      ("desc", Self.text(color.name)), ("cprt", Self.text("CC0")),
      ("wtpt", Self.xyz(Self.d50)),
    ]
    if isGray {
      tags.append(("kTRC", curve))
    } else {
      for (column, name) in ["r", "g", "b"].enumerated() {
        tags.append((name + "XYZ", Self.xyz(matrix.map { $0[column] })))
        tags.append((name + "TRC", curve))
      }
      tags.append(
        ("chad", Self.header("sf32") + color.chromaticities.adaptation.joined().flatMap(Self.fixed))
      )
    }
    if color.curve.isHighDynamicRange, let numbers = color.codePoints {
      let values = [UInt8(clamping: numbers.primaries), UInt8(clamping: numbers.transfer), 0, 1]
      tags.append(("cicp", Self.header("cicp") + values))
    }
    bytes = Self.file(tags, space: isGray ? "GRAY" : "RGB ")
  }

  /// The white of profiles (7.2.16).
  static let d50 = [0.9642, 1.0, 0.8249]

  /// The profile with its header and table of tags. Equal data stand once.
  private static func file(_ tags: [(name: String, data: [UInt8])], space: String) -> [UInt8] {
    var table = UInt32(tags.count).bigEndianBytes
    var data: [UInt8] = []
    var offsets: [[UInt8]: Int] = [:]
    let start = 128 + 4 + 12 * tags.count
    for tag in tags {
      let offset = offsets[tag.data] ?? start + data.count
      if offsets.updateValue(offset, forKey: tag.data) == nil {
        data += tag.data + [UInt8](repeating: 0, count: -tag.data.count & 3)
      }
      table += Array(tag.name.utf8) + UInt32(offset).bigEndianBytes
      table += UInt32(tag.data.count).bigEndianBytes
    }
    var header = UInt32(start + data.count).bigEndianBytes + [0, 0, 0, 0, 4, 0x40, 0, 0]
    header += Array("mntr\(space)XYZ ".utf8)
    header += [2026, 1, 1, 0, 0, 0].flatMap { UInt16($0).bigEndianBytes } + Array("acsp".utf8)
    header += [UInt8](repeating: 0, count: 28) + d50.flatMap(fixed)
    header += [UInt8](repeating: 0, count: 128 - header.count)
    return header + table + data
  }
}

// MARK: - Tags

extension ICCProfile {
  private static func header(_ type: String) -> [UInt8] { Array(type.utf8) + [0, 0, 0, 0] }

  /// A number in 16.16 bits.
  private static func fixed(_ number: Double) -> [UInt8] {
    Int32((number * 65536).rounded()).bigEndianBytes
  }

  private static func xyz(_ color: [Double]) -> [UInt8] { header("XYZ ") + color.flatMap(fixed) }

  private static func text(_ text: String) -> [UInt8] {
    let letters = text.utf16.flatMap(\.bigEndianBytes)
    return header("mluc") + [1, 12].flatMap { UInt32($0).bigEndianBytes } + Array("enUS".utf8)
      + [letters.count, 28].flatMap { UInt32($0).bigEndianBytes } + letters
  }

  private static func curve(_ curve: TransferCurve) -> [UInt8] {
    switch curve {
    case .sRGB:
      header("para") + [0, 3, 0, 0]
        + [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045].flatMap(fixed)
    case .power(let exponent): header("para") + [0, 0, 0, 0] + fixed(exponent)
    case .perceptualQuantizer: table { perceptualQuantizer($0) / 203 }
    // At a peak of 1000 cd/m², whose white is a sample of 0.75 (ITU-R BT.2408).
    case .hybridLogGamma: table { pow(hybridLogGamma($0), 1.2) * 1000 / 203 }
    }
  }

  /// The light of every sample of 8 bits, of white at most.
  private static func table(_ light: (Double) -> Double) -> [UInt8] {
    header("curv") + UInt32(256).bigEndianBytes
      + (0..<256).flatMap {
        UInt16((min(1, light(Double($0) / 255)) * 65535).rounded()).bigEndianBytes
      }
  }

  /// The light of a PQ sample in cd/m² (ITU-R BT.2100, table 4).
  private static func perceptualQuantizer(_ sample: Double) -> Double {
    let (m1, m2) = (2610.0 / 16384, 2523.0 / 4096 * 128)
    let (c1, c2, c3) = (3424.0 / 4096, 2413.0 / 4096 * 32, 2392.0 / 4096 * 32)
    let root = pow(sample, 1 / m2)
    return 10000 * pow(max(root - c1, 0) / (c2 - c3 * root), 1 / m1)
  }

  /// The light of the scene, 0 … 1, of an HLG sample (ITU-R BT.2100, table 5).
  private static func hybridLogGamma(_ sample: Double) -> Double {
    let (a, b, c) = (0.17883277, 0.28466892, 0.55991073)
    return sample <= 0.5 ? sample * sample / 3 : (exp((sample - c) / a) + b) / 12
  }
}

extension ColorDescription {
  /// What a profile is called by people.
  fileprivate var name: String {
    if let codePoints { return "CICP \(codePoints.primaries)/\(codePoints.transfer)" }
    let space = chromaticities.isNear(.sRGB) ? "sRGB primaries" : "RGB"
    if case .power(let exponent) = curve {
      return "\(space), gamma \((exponent * 1000).rounded() / 1000)"
    }
    return space
  }
}

// MARK: - Matrices

private typealias Matrix = [[Double]]

private func multiply(_ a: Matrix, _ b: Matrix) -> Matrix {
  a.map { row in
    (0..<b[0].count).map { column in (0..<3).reduce(0) { $0 + row[$1] * b[$1][column] } }
  }
}

/// The inverse of a matrix of three rows, or nil when it has none to speak of.
private func inverse(_ m: Matrix) -> Matrix? {
  func minor(_ row: Int, _ column: Int) -> Double {
    let (r1, r2) = ((row + 1) % 3, (row + 2) % 3)
    let (c1, c2) = ((column + 1) % 3, (column + 2) % 3)
    return m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]
  }
  let determinant = (0..<3).reduce(0) { $0 + m[0][$1] * minor(0, $1) }
  guard abs(determinant) > 1e-6 else { return nil }
  return (0..<3).map { row in (0..<3).map { minor($0, row) / determinant } }
}

extension Chromaticity {
  /// The colour at a luminance of 1.
  fileprivate var xyz: [Double] { [x / y, 1, (1 - x - y) / y] }
}

extension Chromaticities {
  /// The adaptation of this white to D50, linearised Bradford (ICC.1:2022, annex E).
  fileprivate var adaptation: Matrix {
    let bradford = [
      [0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296],
    ]
    let from = multiply(bradford, white.xyz.map { [$0] })
    let to = multiply(bradford, ICCProfile.d50.map { [$0] })
    let scale = (0..<3).map { row in (0..<3).map { $0 == row ? to[row][0] / from[row][0] : 0 } }
    return multiply(inverse(bradford)!, multiply(scale, bradford))
  }

  /// From CIE XYZ, adapted to D50, to linear light; nil when the colours span nothing.
  var fromD50: [[Double]]? { toD50.flatMap(inverse) }

  /// From linear light to CIE XYZ, adapted to D50; nil when the colours span nothing.
  fileprivate var toD50: Matrix? {
    let colors = [red, green, blue, white]
    guard colors.allSatisfy({ $0.y > 0.00001 && $0.y < 1 && abs($0.x) < 1 }) else { return nil }
    let columns = [red, green, blue].map(\.xyz)
    let rows = (0..<3).map { row in columns.map { $0[row] } }
    guard let inverted = inverse(rows) else { return nil }
    let scale = multiply(inverted, white.xyz.map { [$0] })
    let toXYZ = rows.map { row in (0..<3).map { row[$0] * scale[$0][0] } }
    let adapted = multiply(adaptation, toXYZ)
    return [adapted, adaptation].joined().joined().allSatisfy { abs($0) < 100 } ? adapted : nil
  }
}
