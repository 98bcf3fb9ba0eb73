import Neural

/// A model with random weights, of 23 thousand bytes when nothing is changed. It compresses nothing, but has every kind of layer and
/// table, and codes a picture a hundred times as fast as a trained one.
package struct SmallModel {
  package var latentChannels = 64
  package var fraction = 6
  package var analysis: [LayerRecord] = [
    .unshuffle(8), .pointwise(192, 16), .gain(16), .block(16), .unshuffle(2),
  ]
  package var hyperAnalysis: [LayerRecord]?
  package var synthesis: [LayerRecord] = [
    .pointwise(64, 64), .shuffle(2), .gain(16), .block(16), .pointwise(16, 192) { _ in 128 },
    .shuffle(8),
  ]

  package init() {}

  /// The model, unchanged.
  static let model = Result { try Model(parsing: SmallModel().weights()) }

  /// The bytes of the weights file.
  package func weights() -> [UInt8] {
    let (latents, hyper) = (latentChannels, 16)
    var writer = WeightsWriter(seed: 1)
    writer.u8(0x8A, 0x54, 0x4E, 0x57, 1)
    writer.text("small")
    writer.u16(latents)
    writer.u16(hyper)
    writer.u8(fraction, 2)
    writer.network(analysis)
    writer.network(
      hyperAnalysis ?? [
        .pointwise(latents, 16), .unshuffle(2), .pointwise(64, 16), .unshuffle(2),
        .pointwise(64, hyper),
      ])
    writer.network([.pointwise(hyper, 64), .shuffle(2), .pointwise(16, 64), .shuffle(2)])
    for step in 0..<4 { writer.network([.pointwise(step == 0 ? 16 : 16 + latents, 16)]) }
    writer.network([.block(16)])
    // Means about 0, scale indices from 0 to 63.
    writer.network([.pointwise(16, 2 * latents) { $0 < latents ? 0 : ($0 - latents) % 64 << 8 }])
    writer.network(synthesis)
    for index in 0..<64 { writer.table(count: 1 + index / 2, rawBits: max(0, index - 56)) }
    for index in 0..<hyper { writer.table(count: 9, rawBits: index % 3) }
    return writer.finish()
  }
}
