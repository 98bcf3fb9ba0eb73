import Bytes
import Container
public import Pixels

extension TNGDecoder {
  /// A `.tng` file with other metadata and the same coded picture, which is not decoded.
  ///
  /// Chunks that this version does not know are left out.
  ///
  /// - Throws: a ``TNGError`` that says what is wrong with the file.
  public func replacingMetadata(
    of file: [UInt8], with metadata: Metadata
  ) throws(TNGError) -> [UInt8] {
    let container = try parse(file, .whole)
    guard let frame = container.frames.first else {
      throw TNGError(.truncated, offset: file.count)
    }
    return container.header.serialized(with: metadata.chunks) + file[frame.offset...]
  }
}

extension Metadata {
  /// The chunks of a file, in the order in which they are written.
  var chunks: [(type: ChunkType, payload: [UInt8])] {
    let all: [(ChunkType, [UInt8]?)] = [(.iccProfile, iccProfile), (.exif, exif), (.xmp, xmp)]
    return all.compactMap { type, payload in payload.map { (type, $0) } }
  }
}
