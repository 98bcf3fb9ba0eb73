import Container
import TNG

/// Reads a file as it is and with right check values.
func checkContainer(_ bytes: [UInt8]) throws(Contradiction) {
  for file in [bytes, sealed(bytes)] {
    let partial = try? ContainerFile(parsing: file, allowsPartial: true)
    if let partial { try checkTiles(of: partial, allowsPartial: true) }
    if let whole = try? ContainerFile(parsing: file) {
      try check(
        whole.header == partial?.header && whole.chunks == partial?.chunks
          && whole.frames.map(\.header) == partial?.frames.map(\.header), "partial reading")
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
  let frame = file.frames[0]
  let written = ContainerFile.write(
    header: file.header,
    chunks: file.chunks.map { ($0.type, Array(file.bytes[$0.payload])) }, frame: frame.header,
    layers: frame.layers.map { layer in
      layer.lengths.indices.map { tile in
        layer.stream(of: tile, in: file.bytes).map { Array(file.bytes[$0.range]) } ?? []
      }
    })
  // Check values of tiles are left to those who read them, so they may differ.
  try check(
    sealed(written) == sealed(file.bytes) || written.count < file.bytes.count,
    "rewriting the file")
  let again = try? ContainerFile(parsing: written)
  try check(again?.chunks.map(\.type) == file.chunks.map(\.type), "reading what was written")
}

/// The streams of tiles follow one another inside the frame.
private func checkTiles(of file: ContainerFile, allowsPartial: Bool) throws(Contradiction) {
  let count = file.header.grid.count
  for layer in file.frames.flatMap(\.layers) {
    try check(layer.lengths.count == count, "a layer has another number of tiles")
    var end = layer.tableOffset
    for tile in 0..<count {
      guard let stream = layer.stream(of: tile, in: file.bytes) else { continue }
      try check(allowsPartial || stream.condition != .cut, "a tile of a whole file is cut")
      try check(
        stream.range.lowerBound >= end && stream.range.upperBound <= file.bytes.count,
        "a tile lies outside its frame")
      try check(
        stream.condition == .cut || stream.range.count == layer.lengths[tile],
        "a tile has another length than its table says")
      end = stream.range.upperBound
    }
  }
}
