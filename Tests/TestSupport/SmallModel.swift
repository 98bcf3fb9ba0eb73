package import Models

/// A model with random weights, of 23 thousand bytes when nothing is changed. It compresses
/// nothing, but has every kind of layer and table, and codes a picture a hundred times as fast as a
/// trained one.
package struct SmallModel {
  package var latentChannels = 64
  package var fractionBits = 6
  package var levels = 64
  package var analysis: [LayerRecord] = [
    .unshuffle(8), .pointwise(192, 16), .gain(16), .block(16), .unshuffle(2),
  ]
  package var hyperAnalysis: [LayerRecord]?
  package var hyperSynthesis: [LayerRecord] = [
    .pointwise(16, 64), .shuffle(2), .pointwise(16, 64), .shuffle(2),
  ]
  package var synthesis: [LayerRecord] = [
    .pointwise(64, 64), .shuffle(2), .gain(16), .block(16), .pointwise(16, 192) { _ in 128 },
    .shuffle(8),
  ]

  package var objective = "mse"
  package var latentReduction = 16
  package var hyperReduction = 64
  /// For each step, the group of channels that each parity has.
  package var groups: [[UInt8]] = [[0, 1, 2, 3], [3, 2, 1, 0], [2, 3, 0, 1], [1, 0, 3, 2]]
  /// For 1/2 and 1/8 of the size: the layers of the synthesis before them, and their own.
  package var heads: [(role: NetworkRole, layerCount: Int, layers: [LayerRecord])] = [
    (NetworkRole(rawValue: 0x81), 4, [.pointwise(16, 48) { _ in 128 }]),
    (NetworkRole(rawValue: 0x83), 1, [.convolution(64, 16) { _ in 128 }]),
  ]
  /// Networks behind the others, by role and bytes.
  package var extraNetworks: [(role: NetworkRole, bytes: [UInt8])] = []

  package init() {}

  /// The model, unchanged.
  package static let model = Result { try Model(parsing: SmallModel().weights()) }

  /// The bytes of the weights file.
  package func weights() -> [UInt8] {
    let (latents, hyper) = (latentChannels, 16)
    var writer = WeightsWriter(seed: 1)
    writer.levels = levels
    writer.u8(0x8A, 0x54, 0x4E, 0x57, 2)
    writer.text("small")
    writer.text(objective)
    writer.u8(latentReduction, hyperReduction)
    writer.u16(latents)
    writer.u16(hyper)
    writer.u8(fractionBits, 2)
    writer.u8(groups.count)
    for step in groups { writer.bytes += step }
    writer.u8(levels)
    for level in 0..<levels { writer.u32(16_777 + level * 53_000) }
    writer.refinement()
    writer.u8(6 + groups.count + heads.count + extraNetworks.count)
    writer.network(.analysis, analysis)
    writer.network(
      .hyperAnalysis,
      hyperAnalysis ?? [
        .pointwise(latents, 16), .unshuffle(2), .pointwise(64, 16), .unshuffle(2),
        .pointwise(64, hyper),
      ])
    writer.network(.hyperSynthesis, hyperSynthesis)
    for step in groups.indices {
      writer.network(
        .contextInput(step: step), [.pointwise(step == 0 ? 16 : 16 + latents, 16)])
    }
    writer.network(.contextTrunk, [.block(16)])
    // Means about 0, scale indices from 0 to 63.
    writer.network(
      .contextOutput,
      [.pointwise(16, 2 * latents) { $0 < latents ? 0 : ($0 - latents) % 64 << 8 }])
    writer.network(.synthesis, synthesis)
    for (role, layerCount, layers) in heads {
      writer.network(role, layers, after: [UInt8(layerCount)])
    }
    for (role, bytes) in extraNetworks { writer.network(role, bytes: bytes) }
    for index in 0..<64 { writer.table(count: 1 + index / 2, rawBits: max(0, index - 56)) }
    for index in 0..<hyper { writer.table(count: 9, rawBits: index % 3) }
    return writer.finish()
  }
}
