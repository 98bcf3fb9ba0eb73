extension TableSet {
  /// What an integer costs, in units of 1/256 bit: −log2 of its probability, escape and raw bits
  /// included.
  ///
  /// - Precondition: `value` is in `range(of: index)`.
  package func cost(of value: Int, table index: Int) -> Int {
    let table = shapes[index]
    let quotient = value >> table.rawBits
    let symbol = quotient - table.minimum
    let raw = table.rawBits << RateEstimate.fractionBits
    if (0..<table.count).contains(symbol) {
      return RateEstimate.costs[Int(intervals[256 * index + symbol].frequency)] + raw
    }
    let number = Escape.number(
      of: quotient, below: table.minimum, above: table.minimum + table.count)
    let bits = Escape.lengthBits + (number + 1).bitWidth - 1 - (number + 1).leadingZeroBitCount
    return RateEstimate.costs[Int(intervals[256 * index + table.count].frequency)] + raw
      + bits << RateEstimate.fractionBits
  }
}

extension TableSet {
  /// What any integer costs with a table at least, in units of 1/256 bit.
  package func leastCost(table index: Int) -> Int {
    let table = tables[index]
    let raw = table.rawBits << RateEstimate.fractionBits
    return RateEstimate.costs[Int(table.frequencies.max()!)] + raw
  }
}

/// Costs of symbols by their frequency, in integers, so that an encoder's decisions are the same on
/// every machine.
package enum RateEstimate {
  /// The number of fractional bits of a cost.
  package static let fractionBits = 8

  /// The cost of a symbol of frequency f: 12 − log2 f, rounded up to a multiple of 1/256 bit.
  static let costs: [Int] = (0...FrequencyTable.total).map { frequency in
    guard frequency > 0 else { return .max }
    return FrequencyTable.precision << fractionBits - log2(frequency)
  }

  /// log2 in units of 1/256, rounded down, by squaring the mantissa bit after bit.
  private static func log2(_ value: Int) -> Int {
    var result = Int.bitWidth - 1 - value.leadingZeroBitCount
    var mantissa = UInt64(value) << (31 - result)
    for _ in 0..<fractionBits {
      // Below 2^32, so the product does not overflow.
      mantissa = (mantissa &* mantissa) >> 31
      let bit = mantissa >> 32
      mantissa >>= bit
      result = result << 1 | Int(bit)
    }
    return result
  }
}
