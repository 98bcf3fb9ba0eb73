import FuzzTargets
import Models
import Neural
import TestSupport
import Testing

/// Weights files that are well formed, but whose networks could not be run, or that an encoder
/// could not work with.
@Suite struct LoaderTests {
  private func load(_ change: (inout SmallModel) -> Void) throws {
    var model = SmallModel()
    // They would not fit another synthesis.
    model.heads = []
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
    refuses(.badNetwork("a layer of hyper analysis does not fit the one before it")) {
      $0.hyperAnalysis = [.unshuffle(16), .shuffle(4), .pointwise(1024, 16)]
    }
    refuses(.badNetwork("a layer of analysis does not fit the one before it")) {
      $0.analysis = [LayerRecord](repeating: .unshuffle(16), count: 20)
    }
  }

  @Test func transformsNeedALayerBesidesTheirShuffle() {
    refuses(.badNetwork("analysis and synthesis need a layer besides their shuffle")) {
      $0.latentChannels = 768
      $0.analysis = [.unshuffle(16), .pointwise(768, 768)]
      $0.synthesis = [.shuffle(16)]
    }
  }

  @Test func gainsMayFollowOnOneAnotherAndStandAlone() throws {
    try load { $0.analysis.insert(contentsOf: [.gain(16), .gain(16)], at: 2) }
    try load {
      $0.latentChannels = 768
      $0.analysis = [.unshuffle(16), .pointwise(768, 768), .gain(768)]
      $0.synthesis = [.gain(768), .shuffle(16)]
    }
  }

  @Test func headsFitTheSynthesis() throws {
    let half = NetworkRole(rawValue: 0x81)
    let with = { (count: Int, layers: [LayerRecord]) in
      { (model: inout SmallModel) in model.heads = [(half, count, layers)] }
    }
    try load { $0.heads = SmallModel().heads }
    try load(with(3, [.gain(16), .block(16), .pointwise(16, 48)]))
    try load(with(3, [.pointwise(16, 64)]))
    try load(with(3, [.pointwise(16, 64), .shuffle(2), .pointwise(16, 16)]))
    try load(with(3, [.block(16), .convolution(16, 32), .convolution(32, 48)]))
    #expect(throws: ModelError.self) {
      try load { $0.synthesis.insert(.convolution(16, 16), at: 3) }
    }
    refuses(
      .badNetwork("a head takes more layers than the synthesis has"), with(6, [.pointwise(16, 48)]))
    refuses(
      .badNetwork("the head for 1/2 does not fit the synthesis"), with(1, [.pointwise(16, 48)]))
    refuses(
      .badNetwork("the head for 1/2 does not fit the synthesis"),
      with(3, [.pointwise(16, 192), .shuffle(8)]))
    refuses(.badNetwork("the head for 1/2 has too few channels"), with(3, [.pointwise(16, 32)]))
  }

  /// Everything that a model brings may be another's.
  @Test func geometryBelongsToTheModel() throws {
    try load { $0.levels = 128 }
    try load { $0.levels = 1 }
    try load { $0.groups = [[1, 0, 0, 1], [0, 1, 1, 0]] }
    try load {
      ($0.groups, $0.latentChannels) = ([[0, 0, 0, 0]], 48)
      $0.analysis = [.unshuffle(8), .pointwise(192, 16), .unshuffle(2), .pointwise(64, 48)]
      $0.synthesis = [.pointwise(48, 64), .shuffle(2), .pointwise(16, 192), .shuffle(8)]
    }
    try load {
      ($0.latentReduction, $0.hyperReduction) = (8, 32)
      $0.analysis = [.unshuffle(8), .pointwise(192, 64)]
      $0.synthesis = [.pointwise(64, 192), .shuffle(8)]
    }
    try load {
      ($0.latentReduction, $0.hyperReduction) = (32, 64)
      $0.analysis = [.unshuffle(16), .pointwise(768, 16), .unshuffle(2)]
      $0.hyperAnalysis = [.unshuffle(2), .pointwise(256, 16)]
      $0.hyperSynthesis = [.pointwise(16, 64), .shuffle(2)]
      $0.synthesis = [.pointwise(64, 64), .shuffle(2), .pointwise(16, 768), .shuffle(16)]
    }
  }

  @Test func fieldsOutOfRangeAreRefusedWithTheirPlace() {
    refuses(.record(.badField("a group is not coded once at each parity", offset: 23))) {
      $0.groups = [[0, 0, 0, 0], [0, 1, 1, 1], [2, 2, 2, 2], [3, 3, 3, 3]]
    }
    refuses(.record(.badField("latents and hyper latents do not divide a tile", offset: 15))) {
      $0.hyperReduction = 40
    }
  }

  @Test func unknownNetworksAreDroppedIfTheySayThatTheyMayBe() throws {
    try load { $0.extraNetworks = [(NetworkRole(rawValue: 0x87), [1, 99, 5])] }
    #expect(throws: ModelError.self) {
      try load { $0.extraNetworks = [(NetworkRole(rawValue: 7), [1, 99, 5])] }
    }
    #expect(throws: ModelError.self) {
      try load { $0.extraNetworks = [(.contextTrunk, [1, 4, 2])] }
    }
  }

  @Test func versionOneIsRefusedByName() {
    var weights = SmallModel().weights()
    weights[4] = 1
    #expect(throws: ModelError.unknownVersion(1)) { try Model(parsing: weights) }
  }

  /// Strips join a pointwise layer with the shuffle behind it only where a row's half of its
  /// outputs is a multiple of 16.
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
    refuses(.badTable(0)) { $0.fractionBits = 0 }
  }
}
