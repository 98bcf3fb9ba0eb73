import FuzzTargets
import Neural
import Testing

/// Weights files that are well formed, but whose networks could not be run, or that an encoder could not work with.
@Suite struct LoaderTests {
  private func load(_ change: (inout SmallModel) -> Void) throws {
    var model = SmallModel()
    change(&model)
    let weights = model.weights()
    _ = try Model(parsing: weights)
    try FuzzTarget.weights.run(weights)
  }

  private func refuses(
    _ error: ModelError, sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout SmallModel) -> Void
  ) {
    #expect(throws: error, sourceLocation: sourceLocation) { try load(change) }
  }

  @Test func theSmallModelIsAccepted() throws { try load { _ in } }

  @Test func aPositionStandsForNoMorePixelsThanAtTheCoarserEnd() {
    let misfit = ModelError.badNetwork("a layer does not fit the one before it")
    refuses(misfit) { $0.hyperAnalysis = [.unshuffle(16), .shuffle(4), .pointwise(1024, 16)] }
    refuses(misfit) { $0.analysis = [LayerRecord](repeating: .unshuffle(16), count: 20) }
  }

  @Test func stripsNeedALayerAndSingleGains() {
    refuses(.badNetwork("analysis has two gains in a row")) {
      $0.analysis.insert(.gain(16), at: 2)
    }
    refuses(.badNetwork("synthesis has no layer besides its shuffle and gains")) {
      $0.latentChannels = 768
      $0.analysis = [.unshuffle(16), .pointwise(768, 768)]
      $0.synthesis = [.gain(768), .shuffle(16)]
    }
  }

  /// Strips join a pointwise layer with the shuffle behind it only where a row's half of its outputs is a multiple of 16.
  @Test(arguments: [16, 32, 48])
  func aShuffleOfFewChannelsIsComputed(outputs: Int) throws {
    try load {
      $0.synthesis = [
        .pointwise(64, outputs), .shuffle(2), .unshuffle(2), .pointwise(outputs, 768),
        .shuffle(16),
      ]
    }
  }

  @Test func everyResidualHasACode() {
    refuses(.badTable(0)) { $0.fraction = 0 }
  }
}
