import Container

/// How much of a frame a file has.
package struct FrameCompleteness: Sendable, Hashable {
  /// The tiles of which every layer is whole.
  package let wholeTiles: Int
  package let tileCount: Int
  /// The bytes of all layers that have arrived and are not known to be damaged.
  package let soundBytes: UInt64
  /// The bytes of all layers that the file should have.
  package let announcedBytes: UInt64

  /// - Parameter isWhole: whether the caller knows that nothing is missing.
  init(of frame: Frame, in bytes: [UInt8], isWhole: Bool) {
    tileCount = frame.layers.first?.lengths.count ?? 0
    announcedBytes = frame.layers.reduce(0) { $0 &+ $1.announcedBytes }
    guard !isWhole else {
      (wholeTiles, soundBytes) = (tileCount, announcedBytes)
      return
    }
    var (wholeTiles, soundBytes) = (0, UInt64(0))
    for tile in 0..<tileCount {
      let isWhole = frame.layers.reduce(true) { isWhole, layer in
        guard layer.lengths[tile] > 0 else { return isWhole }
        let stream = layer.stream(of: tile, in: bytes)
        if let stream, stream.condition != .damaged {
          soundBytes += UInt64(stream.range.count)
          soundBytes += stream.condition == .whole ? UInt64(FrameLayer.checkSize) : 0
        }
        return isWhole && stream?.condition == .whole
      }
      wholeTiles += isWhole && frame.layers.count == frame.header.layers.count ? 1 : 0
    }
    self.wholeTiles = wholeTiles
    self.soundBytes = soundBytes
  }
}
