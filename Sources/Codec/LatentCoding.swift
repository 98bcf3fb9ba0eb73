import Neural

/// What encoder and decoder do alike for a tile's latents: Format.md, section 6, step 3.
struct LatentCoding {
  let model: Model
  let execution: Execution

  /// Goes through all latents of a tile in coding order and builds the decoded ones.
  ///
  /// - Parameters:
  ///   - features: the hyper synthesis' output, cropped to the tile.
  ///   - residual: codes the residual of one latent, given its offset in the tile's tensor, its mean and its scale
  ///     table, and returns it. Not called for skipped latents, whose residual is 0.
  /// - Returns: the decoded latents, of the features' size.
  func run<E: Error>(
    features: borrowing Tensor,
    residual: (_ offset: Int, _ mean: Int, _ table: Int) throws(E) -> Int
  ) throws(E) -> Tensor {
    let m = model.latentChannels
    let decoded = Tensor(rows: features.rows, columns: features.columns, channels: m)
    for step in 0..<ContextModel.stepCount {
      let outputs = model.context.run(
        step: step, features: features, decoded: decoded, on: execution)
      for i in 0..<features.rows {
        for j in 0..<features.columns {
          let group = ContextModel.group(step: step, row: i, column: j)
          let offset = (i * features.columns + j) * m + group * (m / 4)
          try code(
            count: m / 4, outputs: outputs.position(i, j), decoded: decoded.base, offset: offset,
            residual)
        }
      }
    }
    return decoded
  }

  /// The latents of one position and group.
  @inline(__always)
  private func code<E: Error>(
    count: Int, outputs: UnsafePointer<Int16>, decoded: UnsafeMutablePointer<Int16>, offset: Int,
    _ residual: (Int, Int, Int) throws(E) -> Int
  ) throws(E) {
    for c in 0..<count {
      let mean = Int(outputs[c])
      let table = min(max((Int(outputs[count + c]) + 128) >> 8, 0), Model.scaleCount - 1)
      let r = table < model.skipBelow ? 0 : try residual(offset + c, mean, table)
      decoded[offset + c] = Int16(clamping: Int64(mean) + Int64(r) << Int64(model.fraction))
    }
  }

  /// The features of a tile: the hyper synthesis of its hyper latents, cropped.
  func features(of hyperLatents: consuming Tensor, rows: Int, columns: Int) -> Tensor {
    model.hyperSynthesis.run(hyperLatents, on: execution)
      .window(row: 0, column: 0, rows: rows, columns: columns)
  }
}

/// The positions of the hyper grid that cover a number of latent positions.
func hyperSide(_ side: Int) -> Int { (side + 3) / 4 }
