/// Codes integers as a stream; ``StreamDecoder`` is the inverse.
///
/// rANS encodes in reverse order, so operations are only recorded, and ``finish()`` carries them
/// out.
package struct StreamEncoder: Sendable {
  /// The operations in decoding order: an interval of frequency f costs −log2(f / 4096) bits.
  package private(set) var operations: [Interval] = []

  package init() {}

  /// The most memory that a number of operations take, in bytes: recorded in an array that doubles
  /// when it is full, and then carried out.
  package static func memory(operations count: Int) -> Int {
    count * (3 * MemoryLayout<Interval>.stride + 2)
  }

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

  /// Codes integers, each with a table of its own.
  ///
  /// - Precondition: each is in the range of its table.
  package mutating func append(
    _ integers: UnsafeBufferPointer<Int32>, tables indices: UnsafeBufferPointer<UInt16>,
    of tables: TableSet
  ) {
    precondition(integers.count == indices.count)
    for i in 0..<integers.count {
      append(Int(integers[i]), table: Int(indices[i]), of: tables)
    }
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

  /// The coded stream.
  package func finish() -> [UInt8] {
    // A word an operation at most, written from the end to the front.
    let capacity = Self.stateBytes + 2 * operations.count
    return [UInt8](unsafeUninitializedCapacity: capacity) { bytes, count in
      let start = writeBackwards(to: UnsafeMutableRawBufferPointer(bytes))
      count = capacity - start
      bytes.baseAddress!.update(from: bytes.baseAddress! + start, count: count)
    }
  }

  /// Writes the stream to the end of some memory and returns where it begins.
  private func writeBackwards(to bytes: UnsafeMutableRawBufferPointer) -> Int {
    var (x, y) = (Self.lowerBound, Self.lowerBound)
    var at = bytes.count
    // The state of the operation at hand is `x`; the two change places after each.
    operations.withUnsafeBufferPointer { operations in
      for operation in operations.reversed() {
        let frequency = UInt32(operation.frequency)
        // No branch, because the processor could not predict whether a word is written; what is
        // written below `at` does not count.
        let isFull = UInt64(x) >= UInt64(frequency) << 20
        bytes.storeBytes(
          of: UInt16(truncatingIfNeeded: x).littleEndian, toByteOffset: at - 2, as: UInt16.self)
        at -= isFull ? 2 : 0
        x = isFull ? x >> 16 : x
        let (quotient, remainder) = x.quotientAndRemainder(dividingBy: frequency)
        (x, y) = (y, quotient << 12 + remainder + UInt32(operation.start))
      }
    }
    // The last one done is operation 0, whose state is now `y`.
    for state in [x, y] {
      at -= 4
      bytes.storeBytes(of: state.littleEndian, toByteOffset: at, as: UInt32.self)
    }
    return at
  }

  private static let stateBytes = 8

  /// Where states start and below which they are refilled.
  private static let lowerBound: UInt32 = 1 << 16
}
