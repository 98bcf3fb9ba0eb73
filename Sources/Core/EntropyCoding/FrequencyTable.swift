/// The distribution of an integer, in units of 1/4096 (Format.md, section 4).
///
/// Symbol k < `count` stands for `minimum + k`, symbol `count` is the escape to values outside.
/// When `rawBits` is not zero, the table covers the integer without its low bits, which are sent as
/// they are.
package struct FrequencyTable: Sendable, Hashable {
  /// The number of low bits outside the table, 0 … 12.
  package let rawBits: Int
  /// The value of the first symbol.
  package let minimum: Int
  /// The frequencies of the symbols and, last, of the escape: each at least 1, their sum 4096.
  package let frequencies: [UInt16]

  /// The number of symbols without the escape, 1 … 255.
  package var count: Int { frequencies.count - 1 }

  /// The number of bits of a probability.
  package static let precision = 12
  /// The sum of all frequencies.
  package static let total = 1 << precision

  /// Creates a table, or nil when the numbers break the rules above.
  package init?(rawBits: Int, minimum: Int, frequencies: [UInt16]) {
    guard (0...12).contains(rawBits), (-32768...32767).contains(minimum),
      (2...256).contains(frequencies.count), !frequencies.contains(0),
      frequencies.reduce(0, { $0 + Int($1) }) == Self.total
    else { return nil }
    self.rawBits = rawBits
    self.minimum = minimum
    self.frequencies = frequencies
  }
}

/// A part of the interval 0 ..< 4096, which stands for a symbol.
package struct Interval: Sendable, Hashable {
  package let start: UInt16
  package let frequency: UInt16

  /// One of 2^bits equal parts.
  init(value: Int, bits: Int) {
    frequency = UInt16(FrequencyTable.total >> bits)
    start = UInt16(value) * frequency
  }

  package init(start: UInt16, frequency: UInt16) {
    self.start = start
    self.frequency = frequency
  }

  /// Whether a slot that is not before the interval is in it.
  @inline(__always)
  func contains(_ slot: Int) -> Bool { slot &- Int(start) < Int(frequency) }
}

/// Frequency tables, laid out for coding.
package struct TableSet: Sendable {
  /// The tables.
  package let tables: [FrequencyTable]
  /// What coding needs of each table beside its intervals.
  let shapes: [Shape]
  /// For table t, from 256·t on, the interval of each symbol.
  let intervals: [Interval]
  /// For table t, from 256·t on, the integer that each symbol stands for; ``notPlain`` where raw
  /// bits follow.
  let values: [Int32]
  /// For table t, from 512·t on, the symbol of the first slot of every eight. A symbol for each
  /// slot would be found at once, but the tables would fill the cache that networks need.
  let symbols: [UInt8]

  /// log2 of the number of slots that have one entry in ``symbols``.
  static let stride = 3
  /// log2 of the number of entries of a table in ``symbols``.
  static let strides = FrequencyTable.precision - stride

  /// Marks a symbol that does not stand for an integer alone.
  static let notPlain = Int32.min

  /// A table without its frequencies.
  struct Shape {
    let minimum: Int
    let count: Int
    let rawBits: Int
  }

  package init(_ tables: [FrequencyTable]) {
    self.tables = tables
    shapes = tables.map { Shape(minimum: $0.minimum, count: $0.count, rawBits: $0.rawBits) }
    var intervals = [Interval](
      repeating: Interval(start: 0, frequency: 1), count: 256 * tables.count)
    var values = [Int32](repeating: Self.notPlain, count: 256 * tables.count)
    var symbols = [UInt8](repeating: 0, count: tables.count << Self.strides)
    for (t, table) in tables.enumerated() {
      if table.rawBits == 0 {
        for symbol in 0..<table.count {
          values[256 * t + symbol] = Int32(table.minimum + symbol)
        }
      }
      var start = 0
      for (symbol, frequency) in table.frequencies.enumerated() {
        intervals[256 * t + symbol] = Interval(start: UInt16(start), frequency: frequency)
        let end = start + Int(frequency)
        for slot in start..<end where slot % (1 << Self.stride) == 0 {
          symbols[t << Self.strides + slot >> Self.stride] = UInt8(symbol)
        }
        start = end
      }
    }
    self.intervals = intervals
    self.values = values
    self.symbols = symbols
  }

  /// The values that table `index` can code: the largest distance from the table that an escape
  /// reaches, included.
  package func range(of index: Int) -> ClosedRange<Int> {
    let table = tables[index]
    let low = (table.minimum - Escape.reach) << table.rawBits
    let high = (table.minimum + table.count + Escape.reach + 1) << table.rawBits
    return low...high - 1
  }
}

/// Exp-Golomb codes for values outside a table: 4 raw bits give the length b, then b raw bits.
enum Escape {
  static let lengthBits = 4
  static let longest = 12
  /// How many values below the table have a code; above it, one more.
  static let reach = (1 << longest) - 1

  /// The code number of a value, given the table's first and one-past-last value.
  static func number(of value: Int, below minimum: Int, above end: Int) -> Int {
    value >= end ? 2 * (value - end) : 2 * (minimum - 1 - value) + 1
  }

  static func value(of number: Int, below minimum: Int, above end: Int) -> Int {
    number & 1 == 0 ? end + number >> 1 : minimum - 1 - number >> 1
  }
}
