package import Neural

// The needs of a model, computed from its layers.

extension Model {
  /// The receptive field of the synthesis: the distance in latents up to which a pixel depends on
  /// latents around it.
  package var halo: Int { synthesis.halo }

  /// What an encoder needs to refine latents: the gradient of the synthesis without its last
  /// shuffle. Takes about as long as encoding a small picture.
  package func synthesisGradient() -> NetworkGradient {
    NetworkGradient(of: Network(layers: synthesis.layers.dropLast()), input: latents)
  }

  /// The memory that a tile of latents takes while it is decoded, in bytes for each of its
  /// positions.
  package var tileMemory: Int {
    let squares = geometry.hyperFactor * geometry.hyperFactor
    let hyperSynthesis = (self.hyperSynthesis.peakValues(for: hyperLatents) + squares - 1) / squares
    let features = context.featureChannels
    // Whole and cropped features; or features, decoded latents, what a step works with, and its
    // symbols.
    let step =
      features + latentChannels + context.peakValues
      + (latentChannels / order.stepCount) * Self.symbolMemory
    // A block of memory may be used for half its size.
    return max(hyperSynthesis, 2 * features, step) * MemoryLayout<Int16>.stride * 3 / 2
  }

  /// The memory of a symbol of a step in values: its place, table and residual.
  private static let symbolMemory = 5

  /// The multiply-adds of convolutions that decoding takes for a number of latent positions, a
  /// multiple of what a hyper latent position stands for.
  package func decodingMultiplyAdds(positions: Int) -> Int {
    let hyperPositions = positions / (geometry.hyperFactor * geometry.hyperFactor)
    return hyperSynthesis.multiplyAdds(positions: hyperPositions, input: hyperLatents)
      + context.multiplyAdds(positions: positions)
      + synthesis.multiplyAdds(positions: positions, input: latents)
  }
}
