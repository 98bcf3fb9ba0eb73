/// Values of neighbouring columns that are worked on at once.
///
/// Their number is a part of the metric: sums are made by lane first.
typealias Lanes = SIMD8<Float>

extension UnsafeMutablePointer<Float> {
  /// The values from `index` on.
  @inline(__always)
  func lanes(at index: Int) -> Lanes {
    // SAFETY: callers have room for a whole number of vectors.
    UnsafeRawPointer(self + index).loadUnaligned(as: Lanes.self)
  }

  /// Sets the values from `index` on.
  @inline(__always)
  func setLanes(_ values: Lanes, at index: Int) {
    // SAFETY: callers have room for a whole number of vectors.
    UnsafeMutableRawPointer(self + index).storeBytes(of: values, as: Lanes.self)
  }
}

extension Lanes {
  /// The absolute values.
  @inline(__always)
  var magnitudes: Lanes { replacing(with: -self, where: self .< 0) }

  /// 0 in place of negative values.
  @inline(__always)
  var positivePart: Lanes { replacing(with: 0, where: self .< 0) }

  /// 0 in the lanes from `count` on.
  @inline(__always)
  func prefix(_ count: Int) -> Lanes {
    replacing(with: 0, where: Self.numbers .>= Float(count))
  }

  private static let numbers = Lanes(0, 1, 2, 3, 4, 5, 6, 7)

  /// The fourth powers.
  @inline(__always)
  var quartic: Lanes {
    let square = self * self
    return square * square
  }

  /// The sum of all lanes, in their order.
  var sum: Double {
    var sum = 0.0
    for lane in 0..<Self.scalarCount { sum += Double(self[lane]) }
    return sum
  }

  /// The cube roots of values from 0.0037 to 1.01, to about a unit in the last place.
  @inline(__always)
  var cubeRoot: Lanes {
    // A cubic within 14 %; each step of Halley's leaves two thirds of the error's cube.
    var root = ((self * 4.427214 - 7.197021) * self + 3.735224) * self + 0.163296
    for _ in 0..<2 {
      let cube = root * root * root
      root *= (cube + 2 * self) / (2 * cube + self)
    }
    return root
  }
}
