package import EntropyCoding
package import Neural

/// A trained model: its networks, gains and frequency tables, as a weights file gives them
/// (Documentation/Weights.md).
package struct Model: Sendable {
  /// What `.tng` files call this model.
  package let id: UInt32
  package let properties: ModelProperties

  /// g_a: pixels to latents.
  package let analysis: Network
  /// h_a: latents to hyper latents.
  package let hyperAnalysis: Network
  /// h_s: hyper latents to features.
  package let hyperSynthesis: Network
  /// The means and scales of the latents, from the features and the latents decoded so far.
  package let context: ContextModel
  /// g_s: latents to pixels.
  package let synthesis: Network
  /// Latents to pictures at fractions of the size, for those that the model has a head for.
  package let reducedSyntheses: [ReducedSynthesis]

  /// ``scaleCount`` scale tables, then one table for each hyper latent channel.
  package let tables: TableSet

  /// The number of scale tables.
  package static let scaleCount = 64
}

extension Model {
  package var name: String { properties.name }
  package var geometry: LatentGeometry { properties.geometry }
  package var latentChannels: Int { properties.latentChannels }
  package var hyperChannels: Int { properties.hyperChannels }
  package var fractionBits: Int { properties.fractionBits }
  package var skipBelow: Int { properties.skipBelow }
  package var order: CodingOrder { properties.order }
  package var levelCount: Int { properties.levelCount }

  /// The shape of a picture's samples.
  package static let samples = TensorShape(reduction: 1, channels: 3)
  /// The shape of latents.
  package var latents: TensorShape {
    TensorShape(reduction: geometry.latentReduction, channels: latentChannels)
  }
  /// The shape of hyper latents.
  package var hyperLatents: TensorShape {
    TensorShape(reduction: geometry.hyperReduction, channels: hyperChannels)
  }
}
