import Container

/// How much of a picture's tiles a file had.
package struct TileArrival: Sendable, Hashable {
  /// The tiles whose latents, and alpha if there is a chunk of it, are whole.
  package let wholeTiles: Int
  package let tileCount: Int
  /// The bytes of latents that have arrived and are not known to be damaged.
  package let soundBytes: Int
  /// The bytes of latents that the file should have.
  package let announcedBytes: Int

  init(latents: TileStreams, alpha: TileStreams?, tileCount: Int, announcedBytes: Int) {
    wholeTiles = (0..<tileCount).count { tile in
      latents[tile]?.isWhole == true && (alpha.map { $0[tile]?.isWhole == true } ?? true)
    }
    self.tileCount = tileCount
    soundBytes = latents.soundBytes
    self.announcedBytes = announcedBytes
  }
}
