/// Codes integers and binary decisions as a stream; ``StreamDecoder`` is the inverse.
///
/// rANS works backwards, so the encoder only notes the operations, and ``finish()`` carries them out.
package struct StreamEncoder: Sendable {
  /// What the stream says, in order: an interval of frequency f costs −log2(f / 4096) bits.
  package private(set) var operations: [Interval] = []

  package init() {}

  /// Codes an integer with a table.
  ///
  /// - Precondition: `value` is in `tables.range(of: table)`.
  package mutating func append(_ value: Int, table index: Int, of tables: TableSet) {
    let table = tables.shapes[index]
    let quotient = value >> table.rawBits
    let symbol = quotient - table.minimum
    if (0..<table.count).contains(symbol) {
      operations.append(tables.intervals[256 * index + symbol])
    } else {
      operations.append(tables.intervals[256 * index + table.count])
      appendEscape(
        Escape.number(of: quotient, below: table.minimum, above: table.minimum + table.count))
    }
    append(bits: value & (1 << table.rawBits - 1), count: table.rawBits)
  }

  private mutating func appendEscape(_ number: Int) {
    let length = (number + 1).bitWidth - 1 - (number + 1).leadingZeroBitCount
    precondition(length <= Escape.longest, "the value is beyond what the table can code")
    append(bits: length, count: Escape.lengthBits)
    append(bits: number + 1 - 1 << length, count: length)
  }

  private mutating func append(bits value: Int, count: Int) {
    if count > 0 { operations.append(Interval(value: value, bits: count)) }
  }

  /// Codes a binary decision with an adaptive probability, which then adapts.
  package mutating func append(_ bit: Bool, _ model: inout AdaptiveBit) {
    operations.append(model.interval(of: bit))
    model.adapt(to: bit)
  }

  /// The coded stream.
  package func finish() -> [UInt8] {
    var states: (UInt64, UInt64) = (Self.lowerBound, Self.lowerBound)
    var words: [UInt16] = []
    words.reserveCapacity(operations.count / 4)
    // The state of the operation at hand is `states.0`; the two change places after each.
    for operation in operations.reversed() {
      let frequency = UInt64(operation.frequency)
      var x = states.0
      if x >= frequency << 20 {
        words.append(UInt16(truncatingIfNeeded: x))
        x >>= 16
      }
      x = (x / frequency) << 12 + x % frequency + UInt64(operation.start)
      states = (states.1, x)
    }
    // The last one done is operation 0, whose state is now `states.1`.
    var stream: [UInt8] = []
    stream.reserveCapacity(8 + 2 * words.count)
    for state in [states.1, states.0] {
      for shift in [0, 8, 16, 24] as [UInt64] {
        stream.append(UInt8(truncatingIfNeeded: state >> shift))
      }
    }
    for word in words.reversed() {
      stream.append(UInt8(truncatingIfNeeded: word))
      stream.append(UInt8(truncatingIfNeeded: word >> 8))
    }
    return stream
  }

  /// Where states start and below which they are refilled.
  static let lowerBound: UInt64 = 1 << 16
}
