import Pixels

/// The distortions of `evaluation/tests/metric_vectors.py`, under the names that
/// `Vectors/expected.txt` gives them.
enum Distortion: String, CaseIterable {
  case quantized, patterned, faint, blurred, inverted

  /// A distorted version of an RGB picture.
  func applied(to picture: PixelBuffer) -> PixelBuffer {
    var samples: [UInt8] = []
    for y in 0..<picture.height {
      for x in 0..<picture.width {
        for color in 0..<3 {
          samples.append(UInt8(sample(of: picture, x: x, y: y, color: color)))
        }
      }
    }
    return PixelBuffer(
      width: picture.width, height: picture.height, format: .rgb, samples: samples)
  }

  private func sample(of picture: PixelBuffer, x: Int, y: Int, color: Int) -> Int {
    let original = picture.sample(x: x, y: y, color: color)
    switch self {
    case .quantized: return original / 16 * 16 + 8
    case .patterned, .faint:
      let pattern = (x * 7 + y * 5 + color * 3) % 3 - 1
      return min(max(original + pattern * (self == .faint ? 1 : 24), 0), 255)
    case .blurred:
      var sum = 0
      for dy in -1...1 {
        for dx in -1...1 { sum += picture.sample(x: x + dx, y: y + dy, color: color) }
      }
      return sum / 9
    case .inverted: return 255 - original
    }
  }
}

extension PixelBuffer {
  /// A sample of an RGB picture whose edges are repeated.
  fileprivate func sample(x: Int, y: Int, color: Int) -> Int {
    let (x, y) = (min(max(x, 0), width - 1), min(max(y, 0), height - 1))
    return Int(samples[(y * width + x) * 3 + color])
  }
}
