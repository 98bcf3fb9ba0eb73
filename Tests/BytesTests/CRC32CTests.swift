import Bytes
import Testing

@Suite struct CRC32CTests {
  @Test func checkValueIsTheStandardOne() {
    // RFC 3720, appendix B.4, and the usual "123456789".
    #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.of([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.of(Array("123456789".utf8)) == 0xE306_9283)
  }

  @Test(arguments: 0...40)
  func checkValueIsTheSameInPieces(of length: Int) {
    let bytes = (0..<40).map { UInt8($0 * 101 & 255) }
    var crc = CRC32C()
    crc.update(bytes[..<length])
    for index in length..<bytes.count { crc.update(bytes[index...index]) }
    #expect(crc.value == CRC32C.of(bytes))
  }
}
