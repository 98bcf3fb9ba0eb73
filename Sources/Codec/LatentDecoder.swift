import EntropyCoding
package import Neural

/// Reads the latents of one tile; ``LatentEncoder`` is the inverse.
package struct LatentDecoder {
  private let coding: LatentCoding
  private let timer: TileTimer?

  package init(model: Model, execution: Execution, timer: TileTimer? = nil) {
    coding = LatentCoding(model: model, execution: execution)
    self.timer = timer
  }

  /// Decodes a tile of h×w latents.
  ///
  /// - Parameters:
  ///   - range: where in `bytes` the tile's stream is, or nil when nothing of it has arrived.
  ///   - allowsPartial: take what is missing or wrong as residuals of zero instead of throwing.
  /// - Returns: the latents, h×w×M.
  package func decode(
    _ bytes: [UInt8], _ range: Range<Int>?, rows: Int, columns: Int, allowsPartial: Bool
  ) throws(TileError) -> Tensor {
    let deadline = TileDeadline(timer)
    var stream = try Self.open(bytes, range)
    let tables = coding.model.tables
    let next = { (table: Int) throws(TileError) -> Int in
      guard stream != nil else { return 0 }
      do throws(StreamError) {
        return try stream!.integer(table: table, of: tables)
      } catch {
        guard allowsPartial else { throw .stream(error) }
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
    let decoded = coding.start(features: features)
    for step in 0..<ContextModel.stepCount {
      try deadline.check()
      try coding.run(step, features: features, decoded: decoded) {
        _, _, table throws(TileError) in try next(table)
      }
    }
    if !allowsPartial { try Self.finish(stream) }
    return decoded
  }

  private static func open(
    _ bytes: [UInt8], _ range: Range<Int>?
  ) throws(TileError) -> StreamDecoder? {
    guard let range else { return nil }
    do throws(StreamError) {
      return try StreamDecoder(bytes, range: range)
    } catch {
      throw .stream(error)
    }
  }

  private static func finish(_ stream: StreamDecoder?) throws(TileError) {
    do throws(StreamError) {
      try stream?.finish()
    } catch {
      throw .stream(error)
    }
  }

  /// The memory that a tile takes while it is decoded, in bytes. The widest moment is that of a context step: features, latents, and
  /// the trunk's activations.
  static func memory(model: Model, rows: Int, columns: Int) -> Int {
    let values = 8 * model.latentChannels * 4 * hyperSide(rows) * 4 * hyperSide(columns)
    return values * MemoryLayout<Int16>.stride
  }
}
