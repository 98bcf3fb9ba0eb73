import Container

/// A file with the check values that its bytes ask for, as far as it can be read. With the old ones, hardly an input would get past
/// the first chunk.
package func sealed(_ file: [UInt8]) -> [UInt8] {
  var result = file
  var reader = ByteReader(file)
  guard let header = try? FileHeader(parsing: &reader) else { return file }
  let headerBytes = file[..<reader.offset]
  let tileCount = TileGrid(width: header.width, height: header.height).count
  while true {
    let start = reader.offset
    guard let type = try? reader.u8(), let payload = readPayload(&reader),
      let check = try? reader.take(4)
    else { return result }
    if [ChunkType.latents, .alpha].contains(ChunkType(rawValue: type)), tileCount > 1 {
      sealTiles(&result, in: payload, count: tileCount)
    }
    var crc = CRC32C()
    crc.update(headerBytes)
    crc.update(result[start..<payload.upperBound])
    result.put(crc.value, at: check.lowerBound)
  }
}

private func sealTiles(_ file: inout [UInt8], in payload: Range<Int>, count: Int) {
  var reader = ByteReader(file, range: payload)
  for _ in 0..<count {
    guard let stream = readPayload(&reader), let check = try? reader.take(4) else { return }
    file.put(CRC32C.of(file[stream]), at: check.lowerBound)
  }
}

private func readPayload(_ reader: inout ByteReader) -> Range<Int>? {
  (try? reader.varint()).flatMap { try? reader.take($0) }
}

/// A weights file with the id that its bytes ask for in place of its last four bytes.
package func sealed(weights file: [UInt8]) -> [UInt8] {
  guard file.count >= 4 else { return file }
  var result = file
  result.put(CRC32C.of(file.dropLast(4)), at: file.count - 4)
  return result
}

extension [UInt8] {
  /// Overwrites four bytes with a number, low byte first.
  mutating func put(_ value: UInt32, at offset: Int) {
    for byte in 0..<4 { self[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
  }
}
