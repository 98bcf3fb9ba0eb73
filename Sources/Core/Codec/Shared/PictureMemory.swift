package import Container
import EntropyCoding
import Neural
import Pixels

// Sides have 24 bits, so no product of 64 bits overflows here; checked ones do not link in WebAssembly.

/// The most memory that coding a picture takes, in bytes.
package struct MemoryNeed: Sendable {
  /// For the picture as a whole.
  private(set) var base: UInt64
  /// For each thread.
  private(set) var worker: UInt64
  /// For each tile that is in work.
  private(set) var tile: UInt64
  /// The number of tiles.
  let tileCount: Int

  /// With a number of threads, each of which works on a tile of its own.
  package func bytes(threads: Int) -> UInt64 {
    base + UInt64(threads) &* worker + UInt64(min(threads, tileCount)) &* tile
  }

  /// The need of one after the other, with what is kept of the first.
  package static func += (need: inout MemoryNeed, other: MemoryNeed) {
    need.base += other.base
    need.worker += other.worker
    need.tile = max(need.tile, other.tile)
  }
}

extension MemoryNeed {
  /// The need of work that does not go by tiles.
  package init(base: UInt64, worker: UInt64) {
    self.init(base: base, worker: worker, tile: 0, tileCount: 0)
  }
}

extension PictureDecoder {
  /// The memory for decoding a picture: samples, latents, the strips of the synthesis, and the tiles
  /// that are in work at once. A few bytes a tile and the file itself come on top.
  package func memory(for header: FileHeader) -> MemoryNeed {
    let shape = LatentShape(of: header)
    let strips = Synthesis(model: model, execution: execution).memory(rows: shape.rows)
    return MemoryNeed(
      base: shape.pixels &* UInt64(header.format.channels) + shape.memory(of: model)
        + UInt64(shape.columns) &* UInt64(strips.column),
      worker: UInt64(strips.worker),
      // Tiles of alpha, a byte a sample, take less than those of latents.
      tile: UInt64(shape.tilePositions * LatentDecoder.memoryPerPosition(of: model)),
      tileCount: shape.tileCount)
  }
}

extension PictureEncoder {
  /// The memory for encoding a picture, beside the picture itself: latents before and after they are
  /// quantised, the strips of the analysis, and the tiles that are in work and refined at once. The
  /// file comes on top.
  package func memory(for header: FileHeader) -> MemoryNeed {
    let shape = LatentShape(of: header)
    let strips = Analysis(model: model, execution: execution).memory(rows: shape.rows)
    var latents = LatentEncoder.memoryPerPosition(of: model)
    var worker = strips.worker
    if case .refined(let refinement) = quantization {
      let need = LatentRefiner.memory(of: model, refinement)
      latents += need.position
      worker += need.worker
    }
    let alpha = header.hasAlpha ? AlphaLayer.memoryPerSample * latentReduction * latentReduction : 0
    return MemoryNeed(
      base: 2 * shape.memory(of: model)
        + UInt64(shape.columns) &* UInt64(strips.column),
      worker: UInt64(worker),
      tile: UInt64(shape.tilePositions * max(latents, alpha)), tileCount: shape.tileCount)
  }
}

/// The latent positions of a picture.
private struct LatentShape {
  let rows: Int
  let columns: Int
  let pixels: UInt64

  init(of header: FileHeader) {
    rows = latentCount(header.height)
    columns = latentCount(header.width)
    pixels = UInt64(header.width) &* UInt64(header.height)
  }

  private static let tileSide = TileGrid.tileSide / latentReduction

  /// The positions of the largest tile, as many as its hyper latents cover.
  var tilePositions: Int {
    16 * hyperSide(min(rows, Self.tileSide)) * hyperSide(min(columns, Self.tileSide))
  }

  var tileCount: Int {
    ((rows + Self.tileSide - 1) / Self.tileSide) * ((columns + Self.tileSide - 1) / Self.tileSide)
  }

  /// The memory of all latents, in bytes.
  func memory(of model: Model) -> UInt64 {
    UInt64(rows) &* UInt64(columns) &* UInt64(model.latentChannels * MemoryLayout<Int16>.stride)
  }
}
