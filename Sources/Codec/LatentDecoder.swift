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
    var symbols = TileSymbols(
      stream: stream, tables: coding.model.tables, allowsPartial: allowsPartial)
    let hyperLatents = try decodeHyperLatents(&symbols, rows: rows, columns: columns)
    let features = coding.features(of: hyperLatents, rows: rows, columns: columns)
    let decoded = try coding.run(features: features) { step, _ throws(StreamError) in
      for row in 0..<step.rows {
        try symbols.read(tables: step.tables(row), to: step.residuals(row).baseAddress!)
      }
    }
    if !allowsPartial { try symbols.stream?.finish() }
    return decoded
  }

  private func decodeHyperLatents(
    _ symbols: inout TileSymbols, rows: Int, columns: Int
  ) throws(StreamError) -> Tensor {
    let result = coding.execution.tensor(
      rows: hyperSide(rows), columns: hyperSide(columns), channels: coding.model.hyperChannels)
    let tables = coding.hyperTables(count: result.count)
    var values = [Int32](repeating: 0, count: result.count)
    var failure: StreamError?
    tables.withUnsafeBufferPointer { tables in
      values.withUnsafeMutableBufferPointer { values in
        do throws(StreamError) {
          try symbols.read(tables: tables, to: values.baseAddress!)
        } catch {
          failure = error
        }
      }
    }
    if let failure { throw failure }
    for (index, value) in values.enumerated() { result.base[index] = Int16(clamping: value) }
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
  ) throws(StreamError) {
    do throws(StreamError) {
      guard try stream?.integers(tables: indices, of: tables, to: integers) == nil else { return }
      integers.update(repeating: 0, count: indices.count)
    } catch {
      guard allowsPartial else { throw error }
      stream = nil
    }
  }
}
