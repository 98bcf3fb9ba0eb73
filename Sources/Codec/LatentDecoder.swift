package import EntropyCoding
package import Neural

/// Reads the latents of one tile; ``LatentEncoder`` is the inverse.
package struct LatentDecoder {
  private let coding: LatentCoding

  package init(model: Model, execution: Execution) {
    coding = LatentCoding(model: model, execution: execution)
  }

  /// Decodes a tile of h×w latents.
  ///
  /// - Parameters:
  ///   - stream: the tile's stream, or nil when nothing of it has arrived.
  ///   - allowsPartial: take what is missing or wrong as residuals of zero instead of throwing.
  /// - Returns: the latents, h×w×M.
  package func decode(
    _ stream: StreamDecoder?, rows: Int, columns: Int, allowsPartial: Bool
  ) throws(StreamError) -> Tensor {
    var stream = stream
    let tables = coding.model.tables
    let next = { (table: Int) throws(StreamError) -> Int in
      guard stream != nil else { return 0 }
      do throws(StreamError) {
        return try stream!.integer(table: table, of: tables)
      } catch {
        guard allowsPartial else { throw error }
        stream = nil
        return 0
      }
    }
    let channels = coding.model.hyperChannels
    let hyperLatents = Tensor(
      rows: hyperSide(rows), columns: hyperSide(columns), channels: channels)
    for index in 0..<hyperLatents.count {
      let value = try next(Model.scaleCount + index % channels)
      hyperLatents.base[index] = Int16(clamping: value)
    }
    let features = coding.features(of: hyperLatents, rows: rows, columns: columns)
    let decoded = try coding.run(features: features) { _, _, table throws(StreamError) in
      try next(table)
    }
    if !allowsPartial { try stream?.finish() }
    return decoded
  }
}
