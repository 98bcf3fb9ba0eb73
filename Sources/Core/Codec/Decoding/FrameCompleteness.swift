import Container

/// How much a file has of the tiles of a frame that were decoded.
package struct FrameCompleteness: Sendable, Hashable {
  /// The tiles of which every layer is whole.
  package let wholeTiles: Int
  package let tileCount: Int
  /// The bytes of all layers that have arrived and are not known to be damaged.
  package let soundBytes: UInt64
  /// The bytes of all layers that it should have.
  package let announcedBytes: UInt64

  /// - Parameters:
  ///   - selection: the streams that were decoded.
  ///   - isWhole: whether the caller knows that nothing is missing.
  init(of frame: Frame, _ selection: StreamSelection, in bytes: [UInt8], isWhole: Bool) {
    var needed = [[LayerKind]](repeating: [], count: frame.layers.first?.lengths.count ?? 0)
    for layer in frame.layers {
      for tile in selection[layer.kind] { needed[tile].append(layer.kind) }
    }
    tileCount = needed.count { !$0.isEmpty }
    announcedBytes = frame.layers.reduce(0) { $0 &+ $1.announcedBytes(of: selection[$1.kind]) }
    guard !isWhole else {
      (wholeTiles, soundBytes) = (tileCount, announcedBytes)
      return
    }
    var (wholeTiles, soundBytes) = (0, UInt64(0))
    for (tile, kinds) in needed.enumerated() where !kinds.isEmpty {
      let isWhole = frame.layers.reduce(true) { isWhole, layer in
        guard layer.lengths[tile] > 0, kinds.contains(layer.kind) else { return isWhole }
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
