package import Neural

/// What gives a picture at a fraction of its size: the first layers of the synthesis, and a *head*
/// of its own (Documentation/Weights.md).
package struct ReducedSynthesis: Sendable {
  /// The samples of the picture on a side of the square that a sample of the result stands for, of
  /// which it is about the mean: 2, 4 or 8.
  package let reduction: Int
  /// The layers. The first 3·``square``² channels that they give at a position are a square's rows,
  /// in them its columns, in them red, green, blue.
  package let network: Network
  /// The samples of the result on a side of the square that a position of the output stands for.
  package let square: Int
  /// The channels of the output.
  package let channels: Int

  /// Joins a head to the first `count` layers of a synthesis.
  init(
    _ head: SynthesisHead, of synthesis: Network, latents: TensorShape
  ) throws(ModelError) {
    guard head.layerCount < synthesis.layers.count else {
      throw .badNetwork("a head takes more layers than the synthesis has")
    }
    reduction = head.reduction
    network = Network(layers: synthesis.layers.prefix(head.layerCount) + head.network.layers)
    let output = network.output(for: latents, coarsest: latents.reduction)
    guard let output, output.reduction % head.reduction == 0 else {
      throw .badNetwork("the head for 1/\(head.reduction) does not fit the synthesis")
    }
    square = output.reduction / head.reduction
    channels = output.channels
    guard output.channels >= 3 * square * square else {
      throw .badNetwork("the head for 1/\(head.reduction) has too few channels")
    }
  }
}

/// A head as it stands in a weights file.
struct SynthesisHead {
  let reduction: Int
  /// How many layers of the synthesis run before it.
  let layerCount: Int
  let network: Network
}

extension Model {
  /// The head for a picture at 1/`reduction`, or for the next larger size that has one; nil if that
  /// is the whole.
  package func reducedSynthesis(_ reduction: Int) -> ReducedSynthesis? {
    reducedSyntheses.filter { $0.reduction <= reduction }.max { $0.reduction < $1.reduction }
  }
}
