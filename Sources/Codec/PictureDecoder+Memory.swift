package import Container
import EntropyCoding
import Neural
import Pixels

extension PictureDecoder {
  /// The most memory that decoding a picture takes, in bytes: samples, alpha, latents, the strips of the synthesis, and the
  /// tiles that are in work at once. A few bytes a tile and the file itself come on top.
  package func memory(for header: FileHeader) -> UInt64 {
    let (rows, columns) = (latentCount(header.height), latentCount(header.width))
    // Sides have 24 bits, so no product overflows; checked ones of 64 bits do not link in WebAssembly.
    let pixels = UInt64(header.width) &* UInt64(header.height)
    // Alpha is there as tiles, as a plane, and in the picture.
    let samples = UInt64(header.format.channels + (header.hasAlpha ? 2 : 0))
    let latents = UInt64(rows) &* UInt64(columns) &* UInt64(latentBytes)
    return pixels &* samples + latents + UInt64(columns) &* UInt64(stripMemory(rows: rows))
      + UInt64(tileMemory(rows: rows, columns: columns))
  }

  private var latentBytes: Int { model.latentChannels * MemoryLayout<Int16>.stride }

  private func stripMemory(rows: Int) -> Int {
    Synthesis(model: model, execution: execution).memoryPerColumn(
      channels: model.latentChannels, rows: rows)
  }

  private func tileMemory(rows: Int, columns: Int) -> Int {
    let side = TileGrid.tileSide / latentReduction
    let (tileRows, tileColumns) = (min(rows, side), min(columns, side))
    let tiles = ((rows + side - 1) / side) * ((columns + side - 1) / side)
    return min(execution.threads, tiles)
      * LatentDecoder.memory(model: model, rows: tileRows, columns: tileColumns)
  }

  /// The bytes that the latents of a picture of this size take at least, whatever it shows: half of what its hyper latents cost if
  /// each is the most likely. No rounding of rANS saves the other half.
  func leastBytes(of header: FileHeader) -> UInt64 {
    let tables = model.tables
    let position = (0..<model.hyperChannels).reduce(0) { sum, channel in
      sum + tables.leastCost(table: Model.scaleCount + channel)
    }
    let rows = UInt64(hyperSide(latentCount(header.height)))
    let columns = UInt64(hyperSide(latentCount(header.width)))
    return rows &* columns &* UInt64(position) >> UInt64(RateEstimate.fraction + 3 + 1)
  }
}
