package import Container
import EntropyCoding
import Models
import Neural
import Pixels

// Sides have 24 bits, so no product of 64 bits overflows here; checked ones do not link in
// WebAssembly.

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

  /// The samples of an area of a picture.
  package init(ofSamples header: FileHeader, _ area: PictureArea) {
    let covered = area.covered(in: header)
    self.init(
      base: UInt64(area.region.width) &* UInt64(area.region.height)
        &* UInt64(header.format.channels * (header.depth > 8 ? 2 : 1)),
      worker: 0, tile: 0,
      tileCount: header.grid.tiles(rows: covered.rows, columns: covered.columns).count)
  }

  /// The samples of a picture.
  package init(ofSamples header: FileHeader) {
    self.init(ofSamples: header, PictureArea(of: header)!)
  }

  init(base: UInt64, worker: UInt64, tile: UInt64, tileCount: Int) {
    self.base = base
    self.worker = worker
    self.tile = tile
    self.tileCount = tileCount
  }

  /// Adds what is in work at the same time.
  fileprivate mutating func add(alongside other: MemoryNeed) {
    base += other.base
    worker += other.worker
    tile += other.tile
  }

  /// The need of one piece of work after the other, with what is kept of the first.
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
  /// The memory for decoding an area: its samples, and what its layers take, one after the other.
  /// A few bytes a tile and the file itself come on top.
  package func memory(
    for header: FileHeader, _ frame: FrameHeader, area: PictureArea? = nil
  ) -> MemoryNeed {
    let area = area ?? PictureArea(of: header)!
    var need = MemoryNeed(ofSamples: header, area)
    if frame.layers.contains(.latents), let neural {
      need += neural.memory(for: header, area: area)
    }
    let alpha = ExactLayer.alpha(of: header).memory
    if frame.layers.contains(.exact) {
      var colors = ExactLayer.colors(of: header).memory
      // Colours that are averaged count by their alpha.
      if frame.layers.contains(.alpha), area.reduction > 1 { colors.add(alongside: alpha) }
      need += colors
    }
    if frame.layers.contains(.alpha) { need += alpha }
    return need
  }
}

extension ExactLayer {
  /// The memory for coding, beside the picture and the file.
  package var memory: MemoryNeed {
    MemoryNeed(base: 0, worker: 0, tile: UInt64(tileMemory), tileCount: tileCount)
  }
}

extension NeuralDecoder {
  /// The memory for decoding colours of an area: latents, the strips of the synthesis, the tiles
  /// that are in work at once, and what is averaged where the model has no head for the size.
  package func memory(for header: FileHeader, area: PictureArea? = nil) -> MemoryNeed {
    let area = area ?? PictureArea(of: header)!
    let synthesis = synthesis(reduction: area.reduction)
    let finer = area.finer(reduction: synthesis.reduction, of: header)
    let window = model.window(of: area, in: header, synthesis)
    let tilePositions = LatentShape(of: header, model.geometry).tilePositions
    let shape = LatentShape(
      rows: window.rows.count, columns: window.columns.count, model.geometry)
    let strips = synthesis.memory(rows: shape.rows)
    return MemoryNeed(
      base: shape.memory(of: model) + UInt64(shape.columns) &* UInt64(strips.column)
        // A sink may have four samples a pixel.
        + (finer == area ? 0 : 4 &* UInt64(finer.region.width) &* UInt64(finer.region.height)),
      worker: UInt64(strips.worker),
      tile: UInt64(tilePositions * model.tileMemory),
      tileCount: model.tiles(window, in: header).count)
  }
}

extension PictureEncoder {
  /// The memory for encoding a picture, beside the picture itself: latents before and after they
  /// are quantised, the strips of the analysis, and the tiles that are in work and refined at once;
  /// for feedback a picture, and the strips of the synthesis. The file comes on top.
  ///
  /// - Parameter level: the highest that the picture may be encoded at.
  package func memory(for header: FileHeader, level: Int) -> MemoryNeed {
    let shape = LatentShape(of: header, model.geometry)
    let strips = Analysis(model: model, execution: execution).memory(rows: shape.rows)
    var latents = LatentEncoder.memoryPerPosition(of: model)
    var worker = strips.worker
    if case .refined(let refinement) = quantization {
      let need = LatentRefiner.memory(of: model, refinement)
      latents += need.position
      worker += need.worker
    }
    var need = MemoryNeed(
      base: 2 * shape.memory(of: model)
        + UInt64(shape.columns) &* UInt64(strips.column),
      worker: UInt64(worker),
      tile: UInt64(shape.tilePositions * latents), tileCount: shape.tileCount)
    if Feedback.isUsed(model, level: level) {
      let strips = Synthesis(model: model, execution: execution).memory(rows: shape.rows)
      need += MemoryNeed(ofSamples: header)
      need += MemoryNeed(
        base: UInt64(shape.columns) &* UInt64(strips.column), worker: UInt64(strips.worker))
    }
    return need
  }
}

extension BlockChoice {
  /// The memory for choosing and coding blocks, beside that of the encoder: what the exact coder
  /// takes, the decoded picture or the one that is painted over, with its smaller scales, and some
  /// numbers for each block.
  package static func memory(for header: FileHeader, by encoder: PictureEncoder) -> MemoryNeed {
    let samples = MemoryNeed(ofSamples: header).base
    let blocks = BlockMap.blocks(covering: header.width) * BlockMap.blocks(covering: header.height)
    var need = NeuralDecoder(model: encoder.model, execution: encoder.execution)
      .memory(for: header)
    need += MemoryNeed(base: 2 * samples + UInt64(blocks * 64), worker: 0)
    need += ExactLayer.colors(of: header).memory
    return need
  }
}

/// The latent positions of a picture.
private struct LatentShape {
  let rows: Int
  let columns: Int
  private let geometry: LatentGeometry

  init(of header: FileHeader, _ geometry: LatentGeometry) {
    self.init(
      rows: geometry.latents(covering: header.height),
      columns: geometry.latents(covering: header.width), geometry)
  }

  init(rows: Int, columns: Int, _ geometry: LatentGeometry) {
    self.geometry = geometry
    self.rows = rows
    self.columns = columns
  }

  private var tileSide: Int { TileGrid.tileSide / geometry.latentReduction }

  /// The positions of the largest tile, as many as its hyper latents cover.
  var tilePositions: Int {
    let factor = geometry.hyperFactor
    return factor * factor * geometry.hyperLatents(covering: min(rows, tileSide))
      * geometry.hyperLatents(covering: min(columns, tileSide))
  }

  var tileCount: Int {
    ((rows + tileSide - 1) / tileSide) * ((columns + tileSide - 1) / tileSide)
  }

  /// The memory of all latents, in bytes.
  func memory(of model: Model) -> UInt64 {
    UInt64(rows) &* UInt64(columns) &* UInt64(model.latentChannels * MemoryLayout<Int16>.stride)
  }
}
