import Bytes
import Container
import EntropyCoding
import Models
import Neural

/// The latents of a picture: Format.md, section 6. Every tile has some that is not all exact.
struct LatentLayer: TileLayer {
  private let grid: TileGrid
  private let exact: FrameLayer?
  private let geometry: LatentGeometry
  /// The least cost of the hyper latents of a position, in units of ``RateEstimate``.
  private let leastCost: Int

  /// - Parameter exact: the layer of the same frame's exact colours.
  init(grid: TileGrid, model: Model, exact: FrameLayer?) {
    self.grid = grid
    self.exact = exact
    geometry = model.geometry
    leastCost = (0..<model.hyperChannels).reduce(0) { sum, channel in
      sum + model.tables.leastCost(table: Model.scaleCount + channel)
    }
  }

  var kind: LayerKind { .latents }
  var leastUsefulBytes: Int { StreamDecoder.minimumSize }
  var showsDamaged: Bool { true }

  func allowsEmpty(_ tile: Int) -> Bool { exact.map { $0.lengths[tile] > 0 } ?? false }

  /// A lower bound for any picture: half the cost of hyper latents that are each the most likely.
  /// The other half is more than rANS can gain by rounding.
  func leastBytes(of tile: Int) -> UInt64 {
    // Beside exact blocks not all of them are sent.
    guard exact?.lengths[tile] ?? 0 == 0 else { return UInt64(StreamDecoder.minimumSize) }
    let area = TileArea(grid, tile, geometry)
    let positions =
      geometry.hyperLatents(covering: area.rows.count)
      * geometry.hyperLatents(covering: area.columns.count)
    let bytes = UInt64(positions * leastCost) >> UInt64(RateEstimate.fractionBits + 3 + 1)
    return max(bytes, UInt64(StreamDecoder.minimumSize))
  }
}
