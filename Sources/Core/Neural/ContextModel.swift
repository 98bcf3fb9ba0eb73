import CNeuralKernels

/// The four-step context model: from the features and the latents decoded so far, the mean and the scale of a quarter of
/// the latents a step (Format.md, section 6).
package struct ContextModel: Sendable {
  /// The first layer of each step.
  package let inputs: [Network]
  /// What all steps share.
  package let trunk: Network
  /// Means and scale indices of all latents.
  package let output: PointwiseLayer

  /// The parity 2·(row mod 2) + (column mod 2) that `parities[step][group]` codes of a group of channels.
  static let parities = [[0, 1, 2, 3], [3, 2, 1, 0], [2, 3, 0, 1], [1, 0, 3, 2]]

  /// The number of steps.
  package static let stepCount = 4

  /// The group of channels that a step codes at a position.
  package static func group(step: Int, row: Int, column: Int) -> Int {
    // The permutations are their own inverses.
    parities[step][2 * (row & 1) + (column & 1)]
  }

  /// Runs a step.
  ///
  /// - Parameters:
  ///   - features: the hyper synthesis' output, h×w.
  ///   - decoded: the latents so far, h×w×M, zero where not yet known.
  /// - Returns: h×w×M/2: for the group that the step codes at a position, its M/4 means, then its M/4 scale indices
  ///   with 8 fractional bits.
  package func run(
    step: Int, features: borrowing Tensor, decoded: borrowing Tensor, on execution: Execution
  ) -> Tensor {
    output(of: hidden(step: step, features, decoded, on: execution), step: step, on: execution)
  }

  /// The trunk's output at every position.
  private func hidden(
    step: Int, _ features: borrowing Tensor, _ decoded: borrowing Tensor, on execution: Execution
  ) -> Tensor {
    guard case .pointwise(let first) = inputs[step].layers[0] else {
      preconditionFailure(
        "the loader has checked that a context input begins with a pointwise layer")
    }
    var x =
      step == 0
      ? first.apply(features, on: execution) : first.apply(features, decoded, on: execution)
    for layer in inputs[step].layers.dropFirst() {
      x = layer.apply(x, level: 0, on: execution)
    }
    return trunk.run(x, on: execution)
  }

  /// The outputs that a step uses: of each position, those of one group.
  private func output(
    of hidden: borrowing Tensor, step: Int, on execution: Execution
  ) -> Tensor {
    let latents = output.outputs / 2
    let used = latents / 4
    let result = execution.tensor(rows: hidden.rows, columns: hidden.columns, channels: 2 * used)
    let layer = output.parameters
    execution.divide(hidden.rows) { i, _ in
      for parity in 0..<min(2, hidden.columns) {
        let group = Self.group(step: step, row: i, column: parity)
        var row = tng_pointwise_row(
          source: hidden.position(i, parity), channels: hidden.channels,
          pixels: (hidden.columns - parity + 1) / 2, output: result.position(i, parity),
          outputs: used)
        row.sources.0.stride *= 2
        row.output_stride = 2 * result.channels
        for half in 0..<2 {
          row.first_output = Int32(half * latents + group * used)
          row.output = result.position(i, parity) + half * used
          withUnsafePointer(to: layer) { execution.kernels.table.pointee.pointwise($0, &row) }
        }
      }
    }
    return result
  }
}
