import Bytes
import EntropyCoding
import Neural

extension Model {
  /// Reads a weights file (Documentation/Weights.md), of which nothing is kept, and checks
  /// everything that coding relies on.
  package init(parsing bytes: UnsafeRawBufferPointer) throws(ModelError) {
    var reader = ParameterReader(bytes)
    properties = try ModelProperties(parsing: &reader)
    let networks: NetworkSet
    do throws(ParameterError) {
      networks = try NetworkSet(parsing: &reader, levels: properties.levelCount)
      tables = try Self.readTables(&reader, count: Self.scaleCount + properties.hyperChannels)
      id = try reader.u32()
    } catch {
      throw .record(error)
    }
    var check = CRC32C()
    check.update(UnsafeRawBufferPointer(rebasing: bytes[..<(reader.offset - 4)]))
    guard check.value == id else { throw .checksumMismatch }
    guard reader.remaining == 0 else { throw .trailingBytes(offset: reader.offset) }
    analysis = try networks.network(.analysis)
    hyperAnalysis = try networks.network(.hyperAnalysis)
    hyperSynthesis = try networks.network(.hyperSynthesis)
    synthesis = try networks.network(.synthesis)
    reducedSyntheses = try Self.reducedSyntheses(networks, properties)
    context = try ContextModel(networks, properties, features: Self.features(networks, properties))
    try checkNetworks()
    try checkTables()
  }

  /// Reads a weights file that is an array.
  package init(parsing bytes: [UInt8]) throws(ModelError) {
    self = try bytes.withUnsafeBufferPointer { bytes throws(ModelError) in
      try Model(parsing: UnsafeRawBufferPointer(bytes))
    }
  }

  private static func readTables(
    _ reader: inout ParameterReader, count: Int
  ) throws(ParameterError) -> TableSet {
    var tables: [FrequencyTable] = []
    for _ in 0..<count { tables.append(try FrequencyTable(parsing: &reader)) }
    return TableSet(tables)
  }

  private static func reducedSyntheses(
    _ networks: NetworkSet, _ properties: ModelProperties
  ) throws(ModelError) -> [ReducedSynthesis] {
    let latents = TensorShape(
      reduction: properties.geometry.latentReduction, channels: properties.latentChannels)
    let synthesis = try networks.network(.synthesis)
    var syntheses: [ReducedSynthesis] = []
    for head in networks.heads {
      syntheses.append(try ReducedSynthesis(head, of: synthesis, latents: latents))
    }
    return syntheses
  }

  /// The channels of the features that the hyper synthesis gives.
  private static func features(
    _ networks: NetworkSet, _ properties: ModelProperties
  ) throws(ModelError) -> Int {
    let (latent, hyper) = (properties.geometry.latentReduction, properties.geometry.hyperReduction)
    let input = TensorShape(reduction: hyper, channels: properties.hyperChannels)
    let network = try networks.network(.hyperSynthesis)
    guard let features = network.output(for: input, coarsest: hyper), features.reduction == latent
    else {
      throw .badNetwork("hyper synthesis does not lead to features at 1/\(latent)")
    }
    return features.channels
  }

  /// Checks that each network takes and gives what Format.md, section 5, says.
  private func checkNetworks() throws(ModelError) {
    try Self.check(analysis, "analysis", from: Self.samples, to: latents)
    try Self.check(hyperAnalysis, "hyper analysis", from: latents, to: hyperLatents)
    try Self.check(synthesis, "synthesis", from: latents, to: Self.samples)
    guard analysis.entrySquare > 1, synthesis.exitSquare > 1 else {
      throw .badNetwork("analysis must begin with an unshuffle and synthesis end with a shuffle")
    }
    guard analysis.layers.count > 1, synthesis.layers.count > 1 else {
      throw .badNetwork("analysis and synthesis need a layer besides their shuffle")
    }
  }

  private static func check(
    _ network: Network, _ name: String, from input: TensorShape, to output: TensorShape
  ) throws(ModelError) {
    guard let found = network.output(for: input, coarsest: max(input.reduction, output.reduction))
    else {
      throw .badNetwork("a layer of \(name) does not fit the one before it")
    }
    guard found == output else {
      throw .badNetwork(
        "\(name) does not lead to \(output.channels) channels at 1/\(output.reduction)")
    }
  }

  /// Checks that scale tables have a code for the difference of any two latents, and hyper tables
  /// one for 0.
  private func checkTables() throws(ModelError) {
    let largest = 1 << (16 - fractionBits)
    for index in tables.tables.indices {
      let needed = index < Self.scaleCount ? -largest...largest : 0...0
      guard needed.clamped(to: tables.range(of: index)) == needed else {
        throw .badTable(index)
      }
    }
  }
}

extension ContextModel {
  init(
    _ networks: NetworkSet, _ properties: ModelProperties, features: Int
  ) throws(ModelError) {
    let last = try networks.network(.contextOutput)
    guard case .pointwise(let output)? = last.layers.first, last.layers.count == 1 else {
      throw .badNetwork("the context output is not one pointwise layer")
    }
    trunk = try networks.network(.contextTrunk)
    var inputs: [Network] = []
    for step in 0..<properties.order.stepCount {
      inputs.append(try networks.network(.contextInput(step: step)))
    }
    (self.inputs, self.output, order) = (inputs, output, properties.order)
    featureChannels = features
    try check(latentChannels: properties.latentChannels)
  }

  private func check(latentChannels: Int) throws(ModelError) {
    guard output.outputs == 2 * latentChannels else {
      throw .badNetwork(
        "the context output has \(output.outputs) channels, not \(2 * latentChannels)")
    }
    for (step, network) in inputs.enumerated() {
      guard case .pointwise? = network.layers.first else {
        throw .badNetwork("a context input does not begin with a pointwise layer")
      }
      let channels = featureChannels + (step == 0 ? 0 : latentChannels)
      let input = TensorShape(reduction: 1, channels: channels)
      let hidden = network.output(for: input, coarsest: 1)
      let last = hidden.flatMap { trunk.output(for: $0, coarsest: 1) }
      guard last == TensorShape(reduction: 1, channels: output.inputs) else {
        throw .badNetwork("the context networks do not fit together")
      }
    }
  }
}
