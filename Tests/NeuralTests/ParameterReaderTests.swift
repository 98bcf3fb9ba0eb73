import TestSupport
import Testing

@testable import Neural

/// Weights of every width come back as they were packed.
@Suite struct ParameterReaderTests {
  private let rows = 3
  private let columns = 48

  /// Numbers in two's complement, `width` bits each, low bit first.
  private func packed(_ values: [Int16], width: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: values.count * width / 8)
    for (index, value) in values.enumerated() {
      for bit in 0..<width where value >> Int16(bit) & 1 == 1 {
        bytes[(index * width + bit) / 8] |= 1 << UInt8((index * width + bit) % 8)
      }
    }
    return bytes
  }

  private func unpacked(_ bytes: [UInt8], width: Int) throws(ParameterError) -> [Int16] {
    try bytes.withUnsafeBufferPointer { bytes throws(ParameterError) in
      var reader = ParameterReader(UnsafeRawBufferPointer(bytes))
      var values: [Int16] = []
      try reader.rows(rows, columns: columns, width: width) { _, row throws(ParameterError) in
        values += row
      }
      return values
    }
  }

  @Test(arguments: 2...16)
  func weightsComeBack(width: Int) throws {
    var generator = SeededGenerator(seed: UInt64(width))
    let largest = Int16(1 << (width - 1) - 1)
    var values = (0..<rows * columns).map { _ in
      Int16.random(in: -largest - 1...largest, using: &generator)
    }
    values.replaceSubrange(0..<4, with: [-largest - 1, largest, -1, 0])
    let bytes = packed(values, width: width)
    let tables = [UInt8](repeating: 0xFF, count: 8)
    #expect(try unpacked(bytes + tables, width: width) == values)
    #expect(throws: ParameterError.truncated(offset: bytes.count + 7)) {
      try unpacked(bytes + tables.dropLast(), width: width)
    }
  }
}
