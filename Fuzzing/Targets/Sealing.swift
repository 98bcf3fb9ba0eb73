import Bytes
import Container

/// A file with the check values that its bytes ask for, as far as it can be read. With the old
/// ones, hardly an input would get past the first chunk.
package func sealed(_ file: [UInt8]) -> [UInt8] {
  var result = file
  var reader = ByteReader(file)
  guard let header = try? FileHeader(parsing: &reader) else { return file }
  let headerBytes = file[..<reader.offset]
  while reader.remaining > 0, file[reader.offset] != FrameHeader.mark {
    let start = reader.offset
    guard (try? reader.u8()) != nil, let size = try? reader.varint(),
      (try? reader.take(size)) != nil,
      let check = try? reader.take(4)
    else { return result }
    var crc = CRC32C()
    crc.update(headerBytes)
    crc.update(result[start..<check.lowerBound])
    result.put(crc.value, at: check.lowerBound)
  }
  sealFrame(&result, &reader, of: header, after: headerBytes)
  return result
}

private func sealFrame(
  _ file: inout [UInt8], _ reader: inout ByteReader, of canvas: FileHeader,
  after canvasBytes: ArraySlice<UInt8>
) {
  let start = reader.offset
  guard let frame = try? FrameHeader(parsing: &reader, of: canvas),
    reader.remaining / frame.layers.count >= canvas.grid.count
  else { return }
  var lengths: [Int] = []
  for _ in 0..<canvas.grid.count * frame.layers.count {
    guard let length = try? reader.varint() else { return }
    lengths.append(length)
  }
  var crc = CRC32C()
  crc.update(canvasBytes)
  crc.update(file[start..<reader.offset])
  guard let check = try? reader.take(4) else { return }
  file.put(crc.value, at: check.lowerBound)
  for length in lengths where length > 0 {
    guard let stream = try? reader.take(length), let check = try? reader.take(4) else { return }
    file.put(CRC32C.of(file[stream]), at: check.lowerBound)
  }
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
