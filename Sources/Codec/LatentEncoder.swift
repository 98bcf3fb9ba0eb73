package import EntropyCoding
package import Neural

/// Codes the latents of one tile; ``LatentDecoder`` is the inverse.
package struct LatentEncoder {
  private let coding: LatentCoding
  private let quantizer: Quantizer

  package init(model: Model, execution: Execution, quantization: Quantization) {
    coding = LatentCoding(model: model, execution: execution)
    quantizer = Quantizer(
      quantization: quantization, tables: model.tables, fraction: model.fraction)
  }

  /// A coded tile.
  package struct Tile: ~Copyable {
    /// The operations of the stream.
    package let stream: StreamEncoder
    /// The hyper latents as sent.
    package let hyperLatents: Tensor
    /// The latents as a decoder will have them.
    package let decoded: Tensor
  }

  /// Codes a tile of latents, h×w×M.
  package func encode(_ latents: borrowing Tensor) -> Tile {
    var stream = StreamEncoder()
    let hyperLatents = hyperLatents(of: latents)
    append(hyperLatents, to: &stream)
    let features = coding.features(
      of: hyperLatents.window(
        row: 0, column: 0, rows: hyperLatents.rows, columns: hyperLatents.columns),
      rows: latents.rows, columns: latents.columns)
    let decoded = coding.run(features: features) { step, means in
      quantize(latents, step, means)
      for row in 0..<step.rows {
        stream.append(
          UnsafeBufferPointer(step.residuals(row)), tables: step.tables(row),
          of: coding.model.tables)
      }
    }
    return Tile(stream: stream, hyperLatents: hyperLatents, decoded: decoded)
  }

  /// The memory that a tile takes while it is coded, in bytes for each of its positions: what the decoder takes, the latents
  /// themselves, and the stream.
  static func memoryPerPosition(of model: Model) -> Int {
    LatentDecoder.memoryPerPosition(of: model)
      + model.latentChannels * (MemoryLayout<Int16>.stride + StreamEncoder.memory(operations: 4))
  }

  /// Sets the residuals of a step.
  private func quantize(
    _ latents: borrowing Tensor, _ step: borrowing CodedLatents, _ means: borrowing Tensor
  ) {
    coding.execution.divide(step.rows) { row, _ in
      let (latents, means) = (latents.row(row), means.row(row))
      for index in step.range(row) {
        let place = Int(step.places[index])
        step.residuals[index] = Int32(
          truncatingIfNeeded: quantizer.residual(
            of: Int(latents[place]) - Int(means[place]), table: Int(step.tables[index])))
      }
    }
  }

  /// What is sent of the hyper analysis: integers within the reach of their tables.
  private func hyperLatents(of latents: borrowing Tensor) -> Tensor {
    let model = coding.model
    let padded = latents.window(
      row: 0, column: 0, rows: 4 * hyperSide(latents.rows), columns: 4 * hyperSide(latents.columns))
    let result = model.hyperAnalysis.run(padded, on: coding.execution)
    for (index, value) in result.values.enumerated() {
      let range = model.tables.range(of: Model.scaleCount + index % model.hyperChannels)
      result.base[index] = Int16(min(max(Int(value), range.lowerBound), range.upperBound))
    }
    return result
  }

  private func append(_ hyperLatents: borrowing Tensor, to stream: inout StreamEncoder) {
    for (index, value) in hyperLatents.values.enumerated() {
      let table = Model.scaleCount + index % coding.model.hyperChannels
      stream.append(Int(value), table: table, of: coding.model.tables)
    }
  }
}
