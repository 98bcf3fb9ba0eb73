import Testing

@testable import Neural

/// What follows from the layers of a network.
@Suite struct NetworkTests {
  private func pointwise(_ inputs: Int, _ outputs: Int) -> Layer {
    .pointwise(
      PointwiseLayer(
        inputs: inputs, outputs: outputs, weights: AlignedArray(count: inputs * outputs) { _ in },
        bias: AlignedArray(count: outputs) { _ in },
        shift: AlignedArray([Int32](repeating: 1, count: outputs))))
  }

  private func block(_ channels: Int) -> Layer {
    guard case .pointwise(let same) = pointwise(channels, channels),
      case .pointwise(let expand) = pointwise(channels, 2 * channels),
      case .pointwise(let contract) = pointwise(2 * channels, channels)
    else { preconditionFailure("made as such") }
    let depthwise = DepthwiseLayer(
      channels: channels, weights: AlignedArray(count: 10 * channels) { _ in },
      bias: AlignedArray(count: channels) { _ in },
      shift: AlignedArray([Int32](repeating: 1, count: channels)))
    return .block(
      BlockLayer(
        enter: same, depthwise: depthwise, leave: same, expand: expand, contract: contract))
  }

  private var synthesis: Network {
    Network(layers: [
      block(64), pointwise(64, 128), .shuffle(ShuffleLayer(factor: 2)), block(32), block(32),
      block(32), pointwise(32, 192), .shuffle(ShuffleLayer(factor: 8)),
    ])
  }

  @Test func shapesFollowOnOneAnother() {
    let input = TensorShape(reduction: 16, channels: 64)
    #expect(synthesis.output(for: input, coarsest: 16) == TensorShape(reduction: 1, channels: 3))
    #expect(
      synthesis.output(for: TensorShape(reduction: 16, channels: 48), coarsest: 16) == nil)
    let coarse = Network(layers: [.unshuffle(UnshuffleLayer(factor: 4))])
    #expect(coarse.output(for: input, coarsest: 32) == nil)
  }

  /// Three blocks at half the reduction reach two positions, rounded up, and the first one more.
  @Test func theHaloIsHowFarBlocksReach() { #expect(synthesis.halo == 3) }

  @Test func multiplyAddsAreCountedWhereTheyAreDone() {
    let input = TensorShape(reduction: 16, channels: 64)
    let first = 64 * 64 * 6 + 9 * 64 + 64 * 128
    let second = 3 * (32 * 32 * 6 + 9 * 32) + 32 * 192
    #expect(synthesis.multiplyAdds(positions: 10, input: input) == 10 * (first + 4 * second))
  }
}
