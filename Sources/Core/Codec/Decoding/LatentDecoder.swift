import EntropyCoding
package import Models
package import Neural

/// Reads the latents of one tile; ``LatentEncoder`` is the inverse.
package struct LatentDecoder {
  private let coding: LatentCoding
  private let interruption: Interruption?

  /// - Parameter sent: the positions that the tile's stream has; nil for all.
  package init(
    model: Model, execution: Execution, sent: SentLatents? = nil,
    interruption: Interruption? = nil
  ) {
    coding = LatentCoding(model: model, execution: execution, sent: sent)
    self.interruption = interruption
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
    let deadline = TileDeadline(interruption)
    var symbols = TileSymbols(
      stream: try Self.open(bytes, range), tables: coding.model.tables,
      allowsPartial: allowsPartial)
    let hyperLatents = try decodeHyperLatents(&symbols, rows: rows, columns: columns)
    let features = coding.features(of: hyperLatents, rows: rows, columns: columns)
    let decoded = try coding.run(features: features) { step, _ throws(TileError) in
      try deadline.check()
      for row in 0..<step.rows {
        try symbols.read(tables: step.tables(row), to: step.residuals(row).baseAddress!)
      }
    }
    if !allowsPartial { try Self.finish(symbols.stream) }
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

  private func decodeHyperLatents(
    _ symbols: inout TileSymbols, rows: Int, columns: Int
  ) throws(TileError) -> Tensor {
    let result = coding.execution.tensor(
      rows: coding.model.geometry.hyperLatents(covering: rows),
      columns: coding.model.geometry.hyperLatents(covering: columns),
      channels: coding.model.hyperChannels)
    let channels = coding.model.hyperChannels
    let positions = (0..<result.count / channels).filter { coding.sendsHyperLatents(of: $0) }
    let tables = coding.hyperTables(positions: positions.count)
    var values = [Int32](repeating: 0, count: tables.count)
    var failure: TileError?
    tables.withUnsafeBufferPointer { tables in
      values.withUnsafeMutableBufferPointer { values in
        do throws(TileError) {
          try symbols.read(tables: tables, to: values.baseAddress!)
        } catch {
          failure = error
        }
      }
    }
    if let failure { throw failure }
    if positions.count * channels < result.count { result.values.update(repeating: 0) }
    for (index, position) in positions.enumerated() {
      for channel in 0..<channels {
        let value = values[index * channels + channel]
        result.base[position * channels + channel] = Int16(clamping: value)
      }
    }
    return result
  }
}

/// The integers of a tile's stream, zero where nothing has arrived.
private struct TileSymbols {
  /// Nil when nothing more of it can be read.
  var stream: StreamDecoder?
  let tables: TableSet
  let allowsPartial: Bool

  mutating func read(
    tables indices: UnsafeBufferPointer<UInt16>, to integers: UnsafeMutablePointer<Int32>
  ) throws(TileError) {
    do throws(StreamError) {
      guard try stream?.integers(tables: indices, of: tables, to: integers) == nil else { return }
      integers.update(repeating: 0, count: indices.count)
    } catch {
      guard allowsPartial else { throw .stream(error) }
      stream = nil
    }
  }
}
