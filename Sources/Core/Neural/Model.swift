package import EntropyCoding

/// A trained model: its networks, gains and frequency tables, as a weights file gives them
/// (Documentation/Weights.md).
package struct Model: Sendable {
  /// What `.tng` files call this model.
  package let id: UInt32
  /// What people call it.
  package let name: String
  /// The number of latent channels, M.
  package let latentChannels: Int
  /// The number of hyper latent channels, Z.
  package let hyperChannels: Int
  /// The number of fractional bits of latents and means, F.
  package let fraction: Int
  /// Scale indices below this one are not coded.
  package let skipBelow: Int

  /// g_a: pixels at 1/1 to latents at 1/16.
  package let analysis: Network
  /// h_a: latents to hyper latents at 1/64.
  package let hyperAnalysis: Network
  /// h_s: hyper latents to features at 1/16.
  package let hyperSynthesis: Network
  /// The means and scales of the latents, from the features and the latents decoded so far.
  package let context: ContextModel
  /// g_s: latents to pixels.
  package let synthesis: Network

  /// 64 scale tables, then one table for each hyper latent channel.
  package let tables: TableSet

  /// The number of scale tables.
  package static let scaleCount = 64

  /// The number of quality levels.
  package var levelCount: Int { GainLayer.levels }
}
