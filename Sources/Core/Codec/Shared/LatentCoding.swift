package import Models
package import Neural

/// The part of coding a tile's latents that encoder and decoder have in common: Format.md, section
/// 6, step 3.
package struct LatentCoding {
  let model: Model
  let execution: Execution
  /// The positions that are coded; nil for all.
  let sent: SentLatents?

  package init(model: Model, execution: Execution, sent: SentLatents? = nil) {
    self.model = model
    self.execution = execution
    self.sent = sent
  }

  /// Runs the steps of the context model and reconstructs the latents of a tile.
  ///
  /// - Parameters:
  ///   - features: the hyper synthesis' output, cropped to the tile.
  ///   - code: sets the residuals of a step, those to send in an encoder, those received in a
  ///     decoder. `means` has the predicted mean of each latent of the step at the latent's place.
  /// - Returns: the decoded latents, of the features' size.
  package func run<E: Error>(
    features: borrowing Tensor,
    code: (_ step: borrowing CodedLatents, _ means: borrowing Tensor) throws(E) -> Void
  ) throws(E) -> Tensor {
    let (m, steps) = (model.latentChannels, model.order.stepCount)
    let decoded = Tensor(
      rows: features.rows, columns: features.columns, channels: m, in: execution.workspace)
    let coded = CodedLatents(
      rows: features.rows, rowCapacity: features.columns * m / steps, in: execution.workspace)
    for step in 0..<steps {
      let outputs = model.context.run(
        step: step, features: features, decoded: decoded, on: execution)
      execution.parallelFor(features.rows) { row, _ in
        predict(row, step: step, outputs, decoded, coded)
      }
      try code(coded, decoded)
      execution.parallelFor(features.rows) { row, _ in
        for index in coded.range(row) {
          let latent = decoded.row(row) + Int(coded.places[index])
          let residual = Int64(coded.residuals[index]) << Int64(model.fractionBits)
          latent.pointee = Int16(clamping: Int64(latent.pointee) + residual)
        }
      }
    }
    return decoded
  }

  /// Sets the latents that a step codes in a row to their means, and lists those that are sent and
  /// not skipped.
  private func predict(
    _ row: Int, step: Int, _ outputs: borrowing Tensor, _ decoded: borrowing Tensor,
    _ coded: borrowing CodedLatents
  ) {
    let (m, count) = (model.latentChannels, model.latentChannels / model.order.stepCount)
    let first = coded.range(row).lowerBound
    var next = first
    for column in 0..<outputs.columns {
      let means = outputs.position(row, column)
      let scales = means + count
      let place = column * m + model.order.group(step: step, row: row, column: column) * count
      (decoded.row(row) + place).update(from: means, count: count)
      if let sent, !sent.has(row: row, column: column) { continue }
      for c in 0..<count {
        let table = min(max((Int(scales[c]) + 128) >> 8, 0), Model.scaleCount - 1)
        coded.tables[next] = UInt16(truncatingIfNeeded: table)
        coded.places[next] = Int32(truncatingIfNeeded: place + c)
        // No branch, because the processor could not predict it.
        next &+= table < model.skipBelow ? 0 : 1
      }
    }
    coded.counts[row] = next - first
  }

  /// The features of a tile: the hyper synthesis of its hyper latents, cropped.
  func features(of hyperLatents: consuming Tensor, rows: Int, columns: Int) -> Tensor {
    model.hyperSynthesis.run(hyperLatents, on: execution)
      .window(row: 0, column: 0, rows: rows, columns: columns)
  }

  /// The tables of the hyper latents of some positions, in coding order.
  package func hyperTables(positions: Int) -> [UInt16] {
    (0..<positions * model.hyperChannels).map {
      UInt16(Model.scaleCount + $0 % model.hyperChannels)
    }
  }

  /// Whether a position of the tile's hyper grid is coded, counted row after row.
  func sendsHyperLatents(of position: Int) -> Bool { sent?.hyperLatents[position] ?? true }
}

/// The latents of one step that are not skipped, row after row of the tile, in coding order.
package struct CodedLatents: ~Copyable {
  /// Where each is in its row of the tile's tensor.
  package let places: UnsafeMutablePointer<Int32>
  /// Each one's scale table.
  package let tables: UnsafeMutablePointer<UInt16>
  /// The residual of each, in quantisation steps: what is added to its mean.
  package let residuals: UnsafeMutablePointer<Int32>
  /// How many there are in each row.
  let counts: UnsafeMutablePointer<Int>
  package let rows: Int
  private let rowCapacity: Int
  private let memory: Workspace.Block
  private let workspace: Workspace

  init(rows: Int, rowCapacity: Int, in workspace: Workspace) {
    self.rows = rows
    self.rowCapacity = rowCapacity
    // One more: a skipped latent is written behind the last that is not.
    let capacity = rows * rowCapacity + 1
    self.workspace = workspace
    memory = workspace.take(8 * rows + 10 * capacity)
    // SAFETY: four arrays of trivial types, one behind the other, the widest elements first.
    counts = memory.base.bindMemory(to: Int.self, capacity: rows)
    places = (memory.base + 8 * rows).bindMemory(to: Int32.self, capacity: capacity)
    residuals = UnsafeMutableRawPointer(places + capacity)
      .bindMemory(to: Int32.self, capacity: capacity)
    tables = UnsafeMutableRawPointer(residuals + capacity)
      .bindMemory(to: UInt16.self, capacity: capacity)
    counts.update(repeating: 0, count: rows)
  }

  deinit { workspace.recycle(memory) }

  /// The indices of a row's latents.
  package func range(_ row: Int) -> Range<Int> {
    row * rowCapacity..<row * rowCapacity + counts[row]
  }

  /// The tables of a row's latents.
  func tables(_ row: Int) -> UnsafeBufferPointer<UInt16> {
    UnsafeBufferPointer(start: tables + range(row).lowerBound, count: counts[row])
  }

  /// The residuals of a row's latents.
  func residuals(_ row: Int) -> UnsafeMutableBufferPointer<Int32> {
    UnsafeMutableBufferPointer(start: residuals + range(row).lowerBound, count: counts[row])
  }
}
