package import Neural

/// The context model: from the features and the latents decoded so far, the mean and the scale of
/// one group of latents at each position a step (Format.md, section 6).
package struct ContextModel: Sendable {
  /// The first network of each step.
  package let inputs: [Network]
  /// The network that all steps share.
  package let trunk: Network
  /// Means and scale indices of all latents.
  package let output: PointwiseLayer
  package let order: CodingOrder
  /// The channels of the features.
  let featureChannels: Int

  /// Runs a step.
  ///
  /// - Parameters:
  ///   - features: the hyper synthesis' output, h×w.
  ///   - decoded: the latents so far, h×w×M, zero where not yet known.
  /// - Returns: of the group of n channels that the step codes at a position, its n means, then its
  ///   n scale indices with 8 fractional bits: h×w×2n.
  package func run(
    step: Int, features: borrowing Tensor, decoded: borrowing Tensor, on execution: Execution
  ) -> Tensor {
    output(of: hidden(step: step, features, decoded, on: execution), step: step, on: execution)
  }

  /// The trunk's output at every position.
  private func hidden(
    step: Int, _ features: borrowing Tensor, _ decoded: borrowing Tensor, on execution: Execution
  ) -> Tensor {
    guard case .pointwise(let first)? = inputs[step].layers.first else {
      preconditionFailure("the loader has checked that a context input begins with such a layer")
    }
    let x =
      step == 0
      ? first.apply(features, on: execution) : first.apply(features, decoded, on: execution)
    let rest = Network(layers: Array(inputs[step].layers.dropFirst()))
    return trunk.run(rest.run(x, on: execution), on: execution)
  }

  /// The outputs that a step uses: of each position, those of one group.
  private func output(
    of hidden: borrowing Tensor, step: Int, on execution: Execution
  ) -> Tensor {
    let latents = output.outputs / 2
    let used = latents / order.stepCount
    let result = execution.tensor(rows: hidden.rows, columns: hidden.columns, channels: 2 * used)
    execution.parallelFor(hidden.rows) { row, _ in
      for parity in 0..<min(2, hidden.columns) {
        let first = order.group(step: step, row: row, column: parity) * used
        for half in 0..<2 {
          let outputs = half * latents + first..<half * latents + first + used
          output.applyToEverySecondPosition(
            of: hidden, row: row, from: parity, outputs: outputs, to: result, at: half * used,
            on: execution)
        }
      }
    }
    return result
  }
}

// MARK: What follows from the layers

extension ContextModel {
  /// The channels that a step's input has.
  private func inputChannels(step: Int) -> Int {
    featureChannels + (step == 0 ? 0 : output.outputs / 2)
  }

  /// The multiply-adds of all steps over so many latent positions: of the last layer only the
  /// outputs that a step uses.
  package func multiplyAdds(positions: Int) -> Int {
    let networks = inputs.indices.reduce(0) { sum, step in
      sum
        + inputs[step].multiplyAdds(positions: positions, input: input(step: step))
        + trunk.multiplyAdds(positions: positions, input: trunkInput(step: step))
    }
    return networks + positions * output.inputs * output.outputs
  }

  /// The most values of a step's networks that are held at once, for each position, beside features
  /// and latents.
  var peakValues: Int {
    let networks = inputs.indices.reduce(0) { peak, step in
      // The first layer takes features and latents as they are.
      let first = inputs[step].peakValues(for: input(step: step)) - inputChannels(step: step)
      return max(peak, first, trunk.peakValues(for: trunkInput(step: step)))
    }
    return max(networks, output.inputs + output.outputs / order.stepCount)
  }

  private func input(step: Int) -> TensorShape {
    TensorShape(reduction: 1, channels: inputChannels(step: step))
  }

  private func trunkInput(step: Int) -> TensorShape {
    inputs[step].output(for: input(step: step), coarsest: 1)!
  }
}
