import Container
import EntropyCoding
import TNG

/// Reads a file as it is and with right check values.
func checkContainer(_ bytes: [UInt8]) throws(Contradiction) {
  for file in [bytes, sealed(bytes)] {
    let partial = try? ContainerFile(parsing: file, allowsPartial: true)
    if let partial { try checkTiles(of: partial, allowsPartial: true) }
    if let whole = try? ContainerFile(parsing: file) {
      try check(
        whole.header == partial?.header && whole.chunks == partial?.chunks, "partial reading")
      try checkRewriting(whole)
      try checkTiles(of: whole, allowsPartial: false)
    }
    do throws(TNGError) { _ = try TNGDecoder().readInfo(file) } catch {
      try check(error.description.hasSuffix("."), "the error is not a sentence: \(error)")
    }
  }
}

/// What was read is written as it was, but for unknown chunks.
private func checkRewriting(_ file: ContainerFile) throws(Contradiction) {
  let written = ContainerFile.write(
    header: file.header,
    chunks: file.chunks.map { ($0.type, Array(file.bytes[$0.payload])) })
  try check(written == file.bytes || written.count < file.bytes.count, "rewriting the file")
  let again = try? ContainerFile(parsing: written)
  try check(again?.chunks.map(\.type) == file.chunks.map(\.type), "reading what was written")
}

/// The streams of tiles follow one another inside their chunk.
private func checkTiles(of file: ContainerFile, allowsPartial: Bool) throws(Contradiction) {
  let count = TileGrid(width: file.header.width, height: file.header.height).count
  for chunk in file.chunks where [.latents, .alpha].contains(chunk.type) {
    let streams = try? TileStreams(
      of: chunk, in: file.bytes, count: count, minimumSize: StreamDecoder.minimumSize,
      allowsPartial: allowsPartial)
    guard let streams else { continue }
    var end = chunk.payload.lowerBound
    for range in streams.streams.compactMap({ $0?.range }) {
      try check(
        range.count >= StreamDecoder.minimumSize && range.lowerBound >= end
          && range.upperBound <= chunk.payload.upperBound, "a tile lies outside its chunk")
      end = range.upperBound
    }
    if !allowsPartial {
      let written = TileStreams.write(streams.streams.map { Array(file.bytes[$0!.range]) })
      try check(written == Array(file.bytes[chunk.payload]), "rewriting the tiles")
    }
  }
}
