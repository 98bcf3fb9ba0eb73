/// What is wrong with a stream.
package enum StreamError: Error, Sendable, Hashable {
  /// The stream is shorter than its two states.
  case tooShort
  /// The stream ends before its last symbol.
  case truncated
  /// It has what no encoder writes, such as an escape code that is too long.
  case invalid
  /// After the last symbol, the states are not where an encoder starts, or words are left.
  case unbalanced
}

/// Reads integers from a stream; ``StreamEncoder`` is the inverse.
///
/// A stream that ends early gives zeros from there on: ``finish()`` tells.
package struct StreamDecoder: Sendable {
  private let bytes: [UInt8]
  private var offset: Int
  private let end: Int
  /// The state of the next operation, then that of the one after.
  private var states: (UInt32, UInt32)
  /// Whether a word was needed that is not there.
  package private(set) var isExhausted = false

  /// Opens the stream in `bytes[range]`.
  package init(_ bytes: [UInt8], range: Range<Int>) throws(StreamError) {
    guard range.count >= Self.minimumSize else { throw .tooShort }
    self.bytes = bytes
    let word = { (at: Int) in UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 }
    let at = range.lowerBound
    states = (word(at) | word(at + 2) << 16, word(at + 4) | word(at + 6) << 16)
    offset = at + Self.minimumSize
    end = range.upperBound
  }

  /// The bytes of the shortest stream.
  package static let minimumSize = 8

  private var slot: Int { Int(states.0 & 4095) }

  /// Removes a symbol's interval from the state, and goes on to the other state.
  private mutating func consume(_ interval: Interval) {
    var x = states.0
    x = UInt32(interval.frequency) &* (x >> 12) &+ (x & 4095) &- UInt32(interval.start)
    if x < 1 << 16 { x = x << 16 | nextWord() }
    states = (states.1, x)
  }

  private mutating func nextWord() -> UInt32 {
    guard offset + 2 <= end else {
      isExhausted = true
      return 0
    }
    defer { offset += 2 }
    return UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8
  }

  /// The next integer, coded with table `index`.
  package mutating func integer(table index: Int, of tables: TableSet) throws(StreamError) -> Int {
    guard !isExhausted else { return 0 }
    let table = tables.shapes[index]
    var symbol = Int(tables.symbols[index << TableSet.strides + slot >> TableSet.stride])
    while !tables.intervals[256 * index + symbol].contains(slot) { symbol += 1 }
    consume(tables.intervals[256 * index + symbol])
    var quotient = table.minimum + symbol
    if symbol == table.count {
      guard let number = try escape() else { return 0 }
      quotient = Escape.value(of: number, below: table.minimum, above: table.minimum + table.count)
    }
    guard let low = bits(table.rawBits) else { return 0 }
    return quotient << table.rawBits + low
  }

  /// The next integers, each coded with a table of its own.
  ///
  /// - Parameters:
  ///   - indices: the numbers of the tables.
  ///   - integers: where the integers go. If this throws, what is left of them is zero.
  package mutating func integers(
    tables indices: UnsafeBufferPointer<UInt16>, of tables: TableSet,
    to integers: UnsafeMutablePointer<Int32>
  ) throws(StreamError) {
    var done = 0
    while done < indices.count {
      done += plainIntegers(
        UnsafeBufferPointer(rebasing: indices[done...]), tables, integers + done)
      guard done < indices.count else { return }
      do throws(StreamError) {
        integers[done] = Int32(try integer(table: Int(indices[done]), of: tables))
      } catch {
        (integers + done).update(repeating: 0, count: indices.count - done)
        throw error
      }
      done += 1
    }
  }

  /// Integers up to the first that has an escape or raw bits, or that the stream may end in; how
  /// many those are.
  private mutating func plainIntegers(
    _ indices: UnsafeBufferPointer<UInt16>, _ tables: TableSet,
    _ integers: UnsafeMutablePointer<Int32>
  ) -> Int {
    var (x, y) = states
    var at = offset
    var done = 0
    bytes.withUnsafeBytes { bytes in
      tables.symbols.withUnsafeBufferPointer { symbols in
        tables.values.withUnsafeBufferPointer { values in
          tables.intervals.withUnsafeBufferPointer { intervals in
            while done < indices.count, at + 2 <= end {
              let index = Int(indices[done])
              let slot = Int(x & 4095)
              var symbol =
                index << 8 + Int(symbols[index << TableSet.strides + slot >> TableSet.stride])
              while !intervals[symbol].contains(slot) { symbol &+= 1 }
              let value = values[symbol]
              guard value != TableSet.notPlain else { break }
              integers[done] = value
              done += 1
              let interval = intervals[symbol]
              x =
                UInt32(interval.frequency) &* (x >> 12) &+ (x & 4095) &- UInt32(interval.start)
              // No branch, because the processor could not predict whether a word is needed.
              let word = bytes.loadUnaligned(fromByteOffset: at, as: UInt16.self)
              let isLow = x < 1 << 16
              at &+= isLow ? 2 : 0
              (x, y) = (y, isLow ? x << 16 | UInt32(UInt16(littleEndian: word)) : x)
            }
          }
        }
      }
    }
    states = (x, y)
    offset = at
    return done
  }

  private mutating func escape() throws(StreamError) -> Int? {
    guard let length = bits(Escape.lengthBits) else { return nil }
    guard length <= Escape.longest else { throw .invalid }
    guard let low = bits(length) else { return nil }
    return 1 << length - 1 + low
  }

  /// Raw bits, or nil when the stream has ended before them.
  private mutating func bits(_ count: Int) -> Int? {
    guard count > 0 else { return 0 }
    guard !isExhausted else { return nil }
    let value = slot >> (FrequencyTable.precision - count)
    consume(Interval(value: value, bits: count))
    return value
  }

  /// Checks that the stream ended exactly with the last symbol.
  package func finish() throws(StreamError) {
    guard !isExhausted else { throw .truncated }
    guard states.0 == 1 << 16, states.1 == 1 << 16, offset == end else { throw .unbalanced }
  }
}
