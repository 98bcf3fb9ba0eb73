import Bytes
import Testing

@Suite struct ByteReaderTests {
  @Test(arguments: [0, 1, 127, 128, 16_383, 16_384, Int(UInt32.max)])
  func numbersComeBack(value: Int) throws {
    var bytes: [UInt8] = []
    bytes.append(varint: value)
    var reader = ByteReader(bytes)
    #expect(try reader.varint() == value)
    #expect(reader.remaining == 0)
  }

  @Test(
    arguments: [
      [0x80, 0x00], [0xFF, 0xFF, 0xFF, 0xFF, 0x1F], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
    ] as [[UInt8]])
  func numbersMustBeAsShortAsPossibleAndFitInto32Bits(bytes: [UInt8]) {
    var reader = ByteReader([9] + bytes, range: 1..<bytes.count + 1)
    #expect(throws: FormatError(.malformedNumber, offset: 1)) { try reader.varint() }
  }

  @Test func lowBytesComeFirst() throws {
    var reader = ByteReader([1, 2, 3, 4, 5, 6, 7])
    #expect(try reader.u32() == 0x0403_0201)
    #expect(try reader.u16() == 0x0605)
    #expect(try reader.u8() == 7)
  }

  @Test func nothingIsReadBeyondTheRange() throws {
    var reader = ByteReader([1, 2, 3, 4, 5], range: 1..<4)
    #expect(throws: FormatError(.truncated, offset: 4)) { try reader.take(4) }
    #expect(try reader.take(3) == 1..<4)
    #expect(throws: FormatError(.truncated, offset: 4)) { try reader.u8() }
  }
}
