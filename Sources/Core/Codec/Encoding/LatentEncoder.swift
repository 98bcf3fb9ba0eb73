package import EntropyCoding
package import Models
package import Neural

/// Codes the latents of one tile; ``LatentDecoder`` is the inverse.
package struct LatentEncoder {
  let coding: LatentCoding
  private let quantizer: Quantizer
  private let interruption: Interruption?
  private let onStep: (@Sendable () -> Void)?

  /// - Parameters:
  ///   - sent: the positions that the tile's stream has; nil for all.
  ///   - onStep: called after each pass of refinement.
  package init(
    model: Model, execution: Execution, quantization: Quantization, sent: SentLatents? = nil,
    interruption: Interruption? = nil, onStep: (@Sendable () -> Void)? = nil
  ) {
    self.interruption = interruption
    self.onStep = onStep
    coding = LatentCoding(model: model, execution: execution, sent: sent)
    quantizer = Quantizer(quantization, model: model)
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
    let hyperLatents = hyperLatents(of: latents)
    let features = features(of: hyperLatents, latents)
    return encode(latents, hyperLatents, features)
  }

  /// Codes a tile of a picture's latents after some passes of refinement.
  func encode(_ latents: borrowing Tensor, tile: TileArea, _ settings: LatentRefiner.Settings)
    -> Tile
  {
    let refiner = LatentRefiner(
      latents, tile: tile, settings: settings, execution: coding.execution)
    let hyperLatents = hyperLatents(of: refiner.target)
    let features = features(of: hyperLatents, refiner.target)
    for pass in 0..<settings.refinement.passes {
      // The result of cancelled work is discarded.
      guard interruption?.isCancelled() != true else { break }
      refiner.improve(choice(refiner.target, features), pass: pass)
      onStep?()
    }
    return encode(refiner.target, hyperLatents, features)
  }

  private func encode(
    _ latents: borrowing Tensor, _ hyperLatents: consuming Tensor, _ features: borrowing Tensor
  ) -> Tile {
    var stream = StreamEncoder()
    append(hyperLatents, to: &stream)
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

  /// What an encoder would send of a tile of latents now.
  private func choice(
    _ latents: borrowing Tensor, _ features: borrowing Tensor
  ) -> LatentRefiner.Choice {
    let execution = coding.execution
    let (rows, columns) = (latents.rows, latents.columns)
    let residuals = Tensor(
      rows: rows, columns: columns, channels: latents.channels, in: execution.workspace)
    let tables = execution.tensor(rows: rows, columns: columns, channels: latents.channels)
    tables.values.update(repeating: -1)
    let decoded = coding.run(features: features) { step, means in
      quantize(latents, step, means)
      execution.parallelFor(rows) { row, _ in
        let (residuals, tables) = (residuals.row(row), tables.row(row))
        for index in step.range(row) {
          let place = Int(step.places[index])
          residuals[place] = Int16(clamping: step.residuals[index])
          tables[place] = Int16(bitPattern: step.tables[index])
        }
      }
    }
    return LatentRefiner.Choice(residuals: residuals, tables: tables, decoded: decoded)
  }

  /// The features of a tile from its hyper latents.
  func features(
    of hyperLatents: borrowing Tensor, _ latents: borrowing Tensor
  ) -> Tensor {
    coding.features(
      of: hyperLatents.window(
        row: 0, column: 0, rows: hyperLatents.rows, columns: hyperLatents.columns),
      rows: latents.rows, columns: latents.columns)
  }

  /// The memory that a tile takes while it is coded, in bytes for each of its positions: what the
  /// decoder takes, the latents themselves, and the stream.
  static func memoryPerPosition(of model: Model) -> Int {
    model.tileMemory
      + model.latentChannels * (MemoryLayout<Int16>.stride + StreamEncoder.memory(operations: 4))
  }

  /// Sets the residuals of a step.
  func quantize(
    _ latents: borrowing Tensor, _ step: borrowing CodedLatents, _ means: borrowing Tensor
  ) {
    coding.execution.parallelFor(step.rows) { row, _ in
      let (latents, means) = (latents.row(row), means.row(row))
      for index in step.range(row) {
        let place = Int(step.places[index])
        step.residuals[index] = Int32(
          truncatingIfNeeded: quantizer.residual(
            of: Int(latents[place]) - Int(means[place]), table: Int(step.tables[index])))
      }
    }
  }

  /// The hyper latents to send: the hyper analysis' output, clamped to the ranges of its tables.
  func hyperLatents(of latents: borrowing Tensor) -> Tensor {
    let model = coding.model
    let (geometry, factor) = (model.geometry, model.geometry.hyperFactor)
    let padded = latents.window(
      row: 0, column: 0, rows: factor * geometry.hyperLatents(covering: latents.rows),
      columns: factor * geometry.hyperLatents(covering: latents.columns))
    let result = model.hyperAnalysis.run(padded, on: coding.execution)
    for (index, value) in result.values.enumerated() {
      guard coding.sendsHyperLatents(of: index / model.hyperChannels) else {
        result.base[index] = 0
        continue
      }
      let range = model.tables.range(of: Model.scaleCount + index % model.hyperChannels)
      result.base[index] = Int16(min(max(Int(value), range.lowerBound), range.upperBound))
    }
    return result
  }

  private func append(_ hyperLatents: borrowing Tensor, to stream: inout StreamEncoder) {
    for (index, value) in hyperLatents.values.enumerated()
    where coding.sendsHyperLatents(of: index / coding.model.hyperChannels) {
      let table = Model.scaleCount + index % coding.model.hyperChannels
      stream.append(Int(value), table: table, of: coding.model.tables)
    }
  }
}
