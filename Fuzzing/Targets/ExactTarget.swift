import ExactCoding

/// Decodes any bytes as a tile of exact samples, or codes a tile of any samples.
func checkExactCoding(_ bytes: [UInt8]) throws(Contradiction) {
  var input = FuzzInput(bytes)
  let isDecoding = input.number(in: 0...1) == 0
  let shape = shape(of: &input)
  if isDecoding {
    try checkDecoding(input.rest, shape)
  } else {
    try checkCoding(input.rest, shape)
  }
}

/// A tile of up to 3×3 blocks, all coded or some.
private func shape(of input: inout FuzzInput) -> ExactTileShape {
  let (width, height) = (input.number(in: 1...48), input.number(in: 1...48))
  let (planes, depth) = (input.number(in: 1...4), input.number(in: 1...16))
  let shape = ExactTileShape(width: width, height: height, planes: planes, depth: depth)
  let pattern = input.number(in: 0...255)
  guard pattern > 0 else { return shape }
  let blocks = (0..<shape.blockColumns * shape.blockRows).map { pattern >> ($0 % 8) & 1 == 1 }
  return ExactTileShape(
    width: width, height: height, planes: planes, depth: depth, codedBlocks: blocks)
}

/// Decoded samples are in range and come back when they are coded.
private func checkDecoding(_ stream: [UInt8], _ shape: ExactTileShape) throws(Contradiction) {
  var tile = ExactTile(
    shape: shape, samples: [UInt16](repeating: 0, count: shape.sampleCount))
  let isWhole = (try? tile.decode(stream, range: stream.indices)) != nil
  try check(tile.samples.allSatisfy { Int($0) < 1 << shape.depth }, "a sample is out of range")
  if isWhole { try checkRoundTrip(tile) }
}

/// Samples come back, and as many rows of them of a cut stream as the decoder says.
private func checkCoding(_ bytes: [UInt8], _ shape: ExactTileShape) throws(Contradiction) {
  let source = bytes + [0, 1]
  let samples = (0..<shape.sampleCount).map { index in
    let at = 2 * index % (source.count - 1)
    return (UInt16(source[at]) << 8 | UInt16(source[at + 1])) >> (16 - shape.depth)
  }
  try checkRoundTrip(ExactTile(shape: shape, samples: samples))
}

private func checkRoundTrip(_ tile: ExactTile) throws(Contradiction) {
  let stream = tile.encoded()
  var decoded = tile.withoutCodedSamples
  do throws(ExactStreamError) {
    try decoded.decode(stream, range: stream.indices)
  } catch {
    throw Contradiction(what: "the tile's own stream is refused: \(error)")
  }
  try check(decoded == tile, "a tile comes back changed")
  var cut = tile.withoutCodedSamples
  do throws(ExactStreamError) {
    try cut.decode(stream, range: 0..<stream.count / 2)
  } catch {
    guard case .truncated(let rows) = error else {
      throw Contradiction(what: "a cut stream is \(error)")
    }
    let count = rows * tile.shape.width * tile.shape.planes
    try check(cut.samples[..<count] == tile.samples[..<count], "rows of a cut stream")
  }
}

extension ExactTile {
  /// The tile as a decoder has it before it decodes: samples of coded blocks are zero.
  fileprivate var withoutCodedSamples: ExactTile {
    guard let blocks = shape.codedBlocks else {
      return ExactTile(shape: shape, samples: [UInt16](repeating: 0, count: shape.sampleCount))
    }
    let side = ExactTileShape.blockSide
    let kept = samples.enumerated().map { index, sample in
      let (row, column) = (index / shape.planes / shape.width, index / shape.planes % shape.width)
      return blocks[row / side * shape.blockColumns + column / side] ? 0 : sample
    }
    return ExactTile(shape: shape, samples: kept)
  }
}
