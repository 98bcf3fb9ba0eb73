import Container
import EntropyCoding
import Models
import Neural
package import Pixels

/// What the blocks of a picture cost if all are left to the latents.
package struct NeuralCosts: Sendable {
  /// The bits of each block's latents, in 1/256.
  package let bits: [Int]
  /// The bits of the hyper latents that each block belongs to, in 1/256: of the whole of a hyper
  /// position, which is sent if one of its blocks needs it.
  package let hyperBits: [Int]
  /// The sum of the squared errors of each block, over all colours; of grey three times its own.
  package let squaredErrors: [Int]
}

extension PictureEncoder {
  /// Tries out what the blocks of a picture cost at a level, without refinement.
  ///
  /// - Throws: ``CodecError/cancelled``.
  package func costs(of pixels: PixelBuffer, level: Int) throws(CodecError) -> NeuralCosts {
    let latents = Analysis(model: model, execution: execution).latents(of: pixels, level: level)
    let decoded = execution.tensor(
      rows: latents.rows, columns: latents.columns, channels: latents.channels)
    let grid = TileGrid(width: pixels.width, height: pixels.height)
    let tiles = execution.map(grid.count) { index, inner -> (latents: [Int], hyper: [Int]) in
      guard interruption?.isCancelled() != true else { return ([], []) }
      let area = TileArea(grid, index, model.geometry)
      let encoder = LatentEncoder(
        model: model, execution: inner, quantization: .rateDistortionOptimized)
      let tile = encoder.costs(of: latents.window(area))
      decoded.replace(
        row: area.rows.lowerBound, column: area.columns.lowerBound, with: tile.decoded)
      return (tile.bits, tile.hyperBits)
    }
    try interruption?.checkCancellation()
    var (bits, hyperBits) = ([Int](repeating: 0, count: latents.rows * latents.columns), [Int]())
    hyperBits = bits
    for (index, tile) in tiles.enumerated() {
      let area = TileArea(grid, index, model.geometry)
      for place in tile.latents.indices {
        let (row, column) = place.quotientAndRemainder(dividingBy: area.columns.count)
        let position =
          (area.rows.lowerBound + row) * latents.columns + area.columns.lowerBound + column
        (bits[position], hyperBits[position]) = (tile.latents[place], tile.hyper[place])
      }
    }
    let map = BlockMap(width: pixels.width, height: pixels.height, isExact: false)
    let (side, reduction) = (BlockMap.side, model.geometry.latentReduction)
    return NeuralCosts(
      bits: blockBits(bits, columns: latents.columns, pixels),
      hyperBits: map.isExact.indices.map { block in
        let (row, column) = (block / map.columns, block % map.columns)
        return hyperBits[row * side / reduction * latents.columns + column * side / reduction]
      },
      squaredErrors: try squaredErrors(decoded, level: level, pixels))
  }

  /// The bits of blocks from those of latent positions.
  private func blockBits(_ bits: [Int], columns: Int, _ pixels: PixelBuffer) -> [Int] {
    let (side, reduction) = (BlockMap.side, model.geometry.latentReduction)
    let map = BlockMap(width: pixels.width, height: pixels.height, isExact: false)
    var result = [Int](repeating: 0, count: map.isExact.count)
    // A position larger than a block is shared by those that it covers, a smaller one is one of
    // several that a block has.
    let step = min(side, reduction)
    let share = max(reduction / side, 1)
    for y in stride(from: 0, to: pixels.height, by: step) {
      for x in stride(from: 0, to: pixels.width, by: step) {
        result[y / side * map.columns + x / side] +=
          bits[y / reduction * columns + x / reduction] / (share * share)
      }
    }
    return result
  }

  private func squaredErrors(
    _ latents: borrowing Tensor, level: Int, _ source: PixelBuffer
  ) throws(CodecError) -> [Int] {
    let (width, height, format) = (source.width, source.height, source.format)
    let decoder = NeuralDecoder(model: model, execution: execution, interruption: interruption)
    let decoded = try PixelBuffer(width: width, height: height, format: format) {
      sink throws(CodecError) in
      try decoder.reconstruct(
        latents, level: level, isGray: format.isGray, fillsAlpha: true, to: sink)
    }
    let side = BlockMap.side
    let (columns, rows) = (BlockMap.blocks(covering: width), BlockMap.blocks(covering: height))
    let (channels, colors) = (format.channels, format.isGray ? 1 : 3)
    let sums = execution.map(rows) { row, _ -> [Int] in
      var sums = [Int](repeating: 0, count: columns)
      source.samples.withUnsafeBufferPointer { source in
        decoded.samples.withUnsafeBufferPointer { decoded in
          for y in row * side..<min((row + 1) * side, height) {
            for x in 0..<width {
              let pixel = (y * width + x) * channels
              for color in 0..<colors {
                let error = Int(source[pixel + color]) - Int(decoded[pixel + color])
                sums[x / side] += error * error
              }
            }
          }
        }
      }
      return format.isGray ? sums.map { 3 * $0 } : sums
    }
    return sums.flatMap { $0 }
  }
}

extension LatentEncoder {
  /// What the positions of a tile of latents cost, in 1/256 bit, and the latents as a decoder will
  /// have them.
  struct TileCosts: ~Copyable {
    let bits: [Int]
    /// Of each position, what the hyper latents cost that it belongs to.
    let hyperBits: [Int]
    let decoded: Tensor
  }

  func costs(of latents: borrowing Tensor) -> TileCosts {
    let (model, rows, columns) = (coding.model, latents.rows, latents.columns)
    var bits = [Int](repeating: 0, count: rows * columns)
    let hyperLatents = hyperLatents(of: latents)
    let factor = model.geometry.hyperFactor
    let hyperBits = (0..<hyperLatents.rows * hyperLatents.columns).map { position in
      (0..<model.hyperChannels).reduce(0) { sum, channel in
        let value = hyperLatents.values[position * model.hyperChannels + channel]
        return sum + model.tables.cost(of: Int(value), table: Model.scaleCount + channel)
      }
    }
    let hyperColumns = hyperLatents.columns
    let features = features(of: hyperLatents, latents)
    let decoded = coding.run(features: features) { step, means in
      quantize(latents, step, means)
      for row in 0..<step.rows {
        for index in step.range(row) {
          let column = Int(step.places[index]) / latents.channels
          bits[row * columns + column] += model.tables.cost(
            of: Int(step.residuals[index]), table: Int(step.tables[index]))
        }
      }
    }
    return TileCosts(
      bits: bits,
      hyperBits: (0..<rows * columns).map {
        hyperBits[$0 / columns / factor * hyperColumns + $0 % columns / factor]
      },
      decoded: decoded)
  }
}
