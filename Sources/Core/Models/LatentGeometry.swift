/// The spatial downsampling of a model's latents and hyper latents.
package struct LatentGeometry: Sendable, Hashable {
  /// The samples on a side of the square that a latent position stands for.
  package let latentReduction: Int
  /// The same for a hyper latent position: a multiple.
  package let hyperReduction: Int

  /// The latent positions on a side of the square that a hyper latent position stands for.
  package var hyperFactor: Int { hyperReduction / latentReduction }

  /// The latent positions that cover a number of samples in a row.
  package func latents(covering samples: Int) -> Int {
    (samples + latentReduction - 1) / latentReduction
  }

  /// The hyper latent positions that cover a number of latent positions in a row.
  package func hyperLatents(covering latents: Int) -> Int {
    (latents + hyperFactor - 1) / hyperFactor
  }
}
