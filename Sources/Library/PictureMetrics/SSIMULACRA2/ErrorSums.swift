/// The sums of what differs between two pictures in a channel at one scale: of the structural
/// error, of edges gained and of edges lost, each as it is and to the fourth power.
struct ErrorSums {
  /// The sums of an error and of its fourth power.
  typealias Pair = (plain: Double, quartic: Double)

  private(set) var structure: Pair = (0, 0)
  private(set) var gained: Pair = (0, 0)
  private(set) var lost: Pair = (0, 0)

  static func += (total: inout ErrorSums, part: ErrorSums) {
    add(part.structure, to: &total.structure)
    add(part.gained, to: &total.gained)
    add(part.lost, to: &total.lost)
  }

  /// Adds the sums of a row.
  static func += (total: inout ErrorSums, row: RowErrors) {
    add(row.structure.total, to: &total.structure)
    add(row.gained.total, to: &total.gained)
    add(row.lost.total, to: &total.lost)
  }

  private static func add(_ part: Pair, to total: inout Pair) {
    total.plain += part.plain
    total.quartic += part.quartic
  }
}

/// The sums of a row of one channel, by lane.
struct RowErrors {
  /// The sums of an error and of its fourth power.
  struct Sums {
    private var plain = Lanes.zero
    private var quartic = Lanes.zero

    @inline(__always)
    fileprivate mutating func add(_ error: Lanes) {
      plain += error
      quartic += error.quartic
    }

    fileprivate var total: ErrorSums.Pair { (plain.sum, quartic.sum) }
  }

  fileprivate private(set) var structure = Sums()
  fileprivate private(set) var gained = Sums()
  fileprivate private(set) var lost = Sums()

  /// The values of some columns of a picture, and what the blur makes of them and of their squares.
  typealias Values = (value: Lanes, mean: Lanes, square: Lanes)

  /// Adds the errors of some columns, the first `count` of a vector.
  ///
  /// - Parameters:
  ///   - a: the original's.
  ///   - b: the distorted picture's.
  ///   - product: the blurred product of both.
  @inline(__always)
  mutating func add(_ a: Values, _ b: Values, product: Lanes, count: Int) {
    let c2: Float = 0.0009
    let difference = a.mean - b.mean
    // The luminance of SSIM without its denominator, then contrast and structure.
    let luminance = 1 - difference * difference
    let covariance = 2 * (product - a.mean * b.mean) + c2
    let variances = (a.square - a.mean * a.mean) + (b.square - b.mean * b.mean) + c2
    var error = (1 - luminance * covariance / variances).positivePart
    var edge = (1 + (b.value - b.mean).magnitudes) / (1 + (a.value - a.mean).magnitudes) - 1
    if count < Lanes.scalarCount { (error, edge) = (error.prefix(count), edge.prefix(count)) }
    structure.add(error)
    gained.add(edge.positivePart)
    lost.add((-edge).positivePart)
  }
}
