import EntropyCoding
import Foundation
import TestSupport
import Testing

/// Tables of several shapes: nearly certain, narrow, wide, with raw bits, with a single symbol.
private let tables = TableSet([
  table(minimum: 0, [4095, 1]),
  table(minimum: -1, [10, 4000, 80, 6]),
  table(minimum: -100, [UInt16](repeating: 20, count: 200) + [96]),
  table(minimum: -8, rawBits: 3, [UInt16](repeating: 255, count: 16) + [16]),
  table(minimum: 300, rawBits: 12, [1, 4095]),
])

private func table(minimum: Int, rawBits: Int = 0, _ frequencies: [UInt16]) -> FrequencyTable {
  FrequencyTable(rawBits: rawBits, minimum: minimum, frequencies: frequencies)!
}

@Suite struct StreamTests {
  /// Values inside and outside the tables, and the farthest that escapes reach.
  private func values(count: Int) -> [(value: Int, table: Int)] {
    var generator = SeededGenerator(seed: 7)
    return (0..<count).map { index in
      let table = index % tables.tables.count
      let range = tables.range(of: table)
      switch index / tables.tables.count % 8 {
      case 0: return (range.lowerBound, table)
      case 1: return (range.upperBound, table)
      case 2: return (Int.random(in: range, using: &generator), table)
      default:
        let t = tables.tables[table]
        let symbol = t.minimum + Int.random(in: 0..<t.count, using: &generator)
        return (symbol << t.rawBits + Int.random(in: 0..<1 << t.rawBits, using: &generator), table)
      }
    }
  }

  private func stream(_ values: [(value: Int, table: Int)]) -> [UInt8] {
    var encoder = StreamEncoder()
    for (value, table) in values { encoder.append(value, table: table, of: tables) }
    return encoder.finish()
  }

  private func decode(
    _ bytes: [UInt8], tables indices: [UInt16], _ decoder: inout StreamDecoder
  ) throws(StreamError) -> [Int32] {
    let integers = UnsafeMutablePointer<Int32>.allocate(capacity: indices.count)
    defer { integers.deallocate() }
    integers.initialize(repeating: 1, count: indices.count)
    let span = UnsafeMutablePointer<UInt16>.allocate(capacity: indices.count)
    defer { span.deallocate() }
    span.initialize(from: indices, count: indices.count)
    try decoder.integers(
      tables: UnsafeBufferPointer(start: span, count: indices.count), of: tables, to: integers)
    return Array(UnsafeBufferPointer(start: integers, count: indices.count))
  }

  @Test(arguments: [0, 1, 2, 3, 100, 10_001])
  func integersComeBackAtOnce(count: Int) throws {
    let values = values(count: count)
    let bytes = stream(values)
    let indices = values.map { UInt16($0.table) }
    var decoder = try StreamDecoder(bytes, range: bytes.indices)
    #expect(try decode(bytes, tables: indices, &decoder) == values.map { Int32($0.value) })
    try decoder.finish()
  }

  @Test(arguments: 8..<200)
  func integersOfACutStreamAreTheSameAtOnce(length: Int) throws {
    let values = values(count: 100)
    let bytes = Array(stream(values).prefix(length))
    let indices = values.map { UInt16($0.table) }
    var (whole, single) = (
      try StreamDecoder(bytes, range: bytes.indices), try StreamDecoder(bytes, range: bytes.indices)
    )
    let expected = try indices.map { Int32(try single.integer(table: Int($0), of: tables)) }
    #expect(try decode(bytes, tables: indices, &whole) == expected)
    #expect(whole.isExhausted == single.isExhausted)
  }

  @Test(arguments: [0, 1, 2, 3, 100, 10_001])
  func integersComeBack(count: Int) throws {
    let values = values(count: count)
    let bytes = stream(values)
    var decoder = try StreamDecoder(bytes, range: bytes.indices)
    for (value, table) in values {
      #expect(try decoder.integer(table: table, of: tables) == value)
    }
    try decoder.finish()
  }

  @Test func sizeIsThatOfTheProbabilities() {
    var encoder = StreamEncoder()
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<50_000 {
      // Drawn as the table says, so that the average symbol costs its entropy.
      let slot = Int.random(in: 0..<4080, using: &generator)
      let value = slot < 10 ? -1 : slot < 4010 ? 0 : 1
      encoder.append(value, table: 1, of: tables)
    }
    let ideal = encoder.operations.reduce(0.0) { $0 + 12 - log2(Double($1.frequency)) } / 8
    let actual = Double(encoder.finish().count)
    #expect(actual >= ideal)
    #expect(actual < ideal * 1.002 + 8)
  }

  @Test func estimatedCostIsThatOfTheOperations() {
    for (value, table) in values(count: 400) {
      var encoder = StreamEncoder()
      encoder.append(value, table: table, of: tables)
      let bits = encoder.operations.reduce(0.0) { $0 + 12 - log2(Double($1.frequency)) }
      // Every operation's cost is rounded by less than 1/256 bit.
      #expect(abs(Double(tables.cost(of: value, table: table)) / 256 - bits) < 1.0 / 256)
    }
  }

  @Test func everyTruncationGivesItsPrefixThenZeros() throws {
    let values = values(count: 60)
    let bytes = stream(values)
    for length in StreamDecoder.minimumSize..<bytes.count {
      var decoder = try StreamDecoder(bytes, range: 0..<length)
      var decoded: [Int] = []
      for (_, table) in values { decoded.append(try decoder.integer(table: table, of: tables)) }
      let correct = zip(decoded, values).prefix { $0 == $1.value }.count
      #expect(decoded[correct...].allSatisfy { $0 == 0 })
      #expect(throws: StreamError.truncated) { try decoder.finish() }
    }
    #expect(throws: StreamError.tooShort) { try StreamDecoder(bytes, range: 0..<7) }
  }

  @Test func damageNeverTraps() throws {
    let values = values(count: 60)
    let bytes = stream(values)
    for index in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << bit
        var decoder = try StreamDecoder(damaged, range: damaged.indices)
        #expect(throws: StreamError.self) {
          for (value, table) in values {
            let decoded = try decoder.integer(table: table, of: tables)
            if decoded != value { throw StreamError.unbalanced }
          }
          try decoder.finish()
        }
      }
    }
  }
}

@Suite struct FrequencyTableTests {
  @Test func refusesWhatIsNotADistribution() {
    #expect(FrequencyTable(rawBits: 0, minimum: 0, frequencies: [4096]) == nil)
    #expect(FrequencyTable(rawBits: 0, minimum: 0, frequencies: [4095, 2]) == nil)
    #expect(FrequencyTable(rawBits: 0, minimum: 0, frequencies: [4096, 0]) == nil)
    #expect(FrequencyTable(rawBits: 13, minimum: 0, frequencies: [4000, 96]) == nil)
    let tooMany = [UInt16](repeating: 1, count: 256) + [3840]
    #expect(FrequencyTable(rawBits: 0, minimum: 0, frequencies: tooMany) == nil)
  }
}
