import Bytes
import EntropyCoding

extension Model {
  static let signature: [UInt8] = [0x8A, 0x54, 0x4E, 0x57]

  /// Reads a weights file (Documentation/Weights.md), of which nothing is kept, and checks everything that decoding relies on.
  package init(parsing bytes: UnsafeRawBufferPointer) throws(ModelError) {
    var reader = WeightsReader(bytes)
    guard bytes.starts(with: Self.signature) else { throw .notWeights }
    _ = try reader.take(Self.signature.count)
    let version = try reader.u8()
    guard version == 1 else { throw .unknownVersion(UInt8(version)) }
    name = try reader.text()
    latentChannels = try reader.channels("latentChannels")
    hyperChannels = try reader.channels("hyperChannels")
    guard latentChannels % 64 == 0 else {
      throw .badField("latentChannels is not a multiple of 64", offset: reader.offset)
    }
    fraction = try reader.u8("fraction", in: 0...12)
    skipBelow = try reader.u8("skipBelow", in: 0...63)

    var networks: [Network] = []
    for _ in 0..<10 { networks.append(try Network(parsing: &reader)) }
    analysis = networks[0]
    hyperAnalysis = networks[1]
    hyperSynthesis = networks[2]
    synthesis = networks[9]
    context = try ContextModel(
      inputs: Array(networks[3...6]), trunk: networks[7], output: networks[8])

    var tables: [FrequencyTable] = []
    for _ in 0..<Self.scaleCount + hyperChannels {
      tables.append(try FrequencyTable(parsing: &reader))
    }
    self.tables = TableSet(tables)
    var check = CRC32C()
    check.update(UnsafeRawBufferPointer(rebasing: bytes[..<reader.offset]))
    id = check.value
    guard try reader.u32() == id else { throw .checksumMismatch }
    guard reader.remaining == 0 else { throw .trailingBytes(offset: reader.offset) }
    try checkNetworks()
    guard case .unshuffle? = analysis.layers.first, case .shuffle? = synthesis.layers.last else {
      throw .badNetwork("analysis must begin with an unshuffle and synthesis end with a shuffle")
    }
    try checkStrips("analysis", analysis.layers.dropFirst())
    try checkStrips("synthesis", synthesis.layers.dropLast())
    try checkTables()
  }

  /// Reads a weights file that is an array.
  package init(parsing bytes: [UInt8]) throws(ModelError) {
    self = try bytes.withUnsafeBufferPointer { bytes throws(ModelError) in
      try Model(parsing: UnsafeRawBufferPointer(bytes))
    }
  }

  /// Checks that each network takes and gives what Format.md, section 5, says.
  private func checkNetworks() throws(ModelError) {
    let m = latentChannels
    let z = hyperChannels
    try analysis.check("analysis", from: (1, 3), to: (16, m))
    try hyperAnalysis.check("hyper analysis", from: (1, m), to: (4, z))
    let features = try hyperSynthesis.shape(from: (4, z), coarsest: 4)
    guard features.reduction == 1 else { throw .badNetwork("hyper synthesis: wrong resolution") }
    try synthesis.check("synthesis", from: (16, m), to: (1, 3))
    try context.check(featureChannels: features.channels, latentChannels: m)
  }

  /// Checks what a ``StripPipeline`` relies on.
  private func checkStrips(_ name: String, _ layers: ArraySlice<Layer>) throws(ModelError) {
    guard layers.contains(where: { !$0.isGain }) else {
      throw .badNetwork("\(name) has no layer besides its shuffle and gains")
    }
    guard !zip(layers, layers.dropFirst()).contains(where: { $0.isGain && $1.isGain }) else {
      throw .badNetwork("\(name) has two gains in a row")
    }
  }

  /// Checks that scale tables have a code for the difference of any two latents, and hyper tables one for 0.
  private func checkTables() throws(ModelError) {
    let largest = 1 << (16 - fraction)
    for index in tables.tables.indices {
      let needed = index < Self.scaleCount ? -largest...largest : 0...0
      guard needed.clamped(to: tables.range(of: index)) == needed else {
        throw .badTable(index)
      }
    }
  }
}

extension Layer {
  fileprivate var isGain: Bool { if case .gain = self { true } else { false } }
}

extension Network {
  /// How many pixels a position stands for along each side, and its number of channels.
  typealias Shape = (reduction: Int, channels: Int)

  /// Reads a network.
  init(parsing reader: inout WeightsReader) throws(ModelError) {
    let count = try reader.u8("layer count", in: 1...64)
    var layers: [Layer] = []
    for _ in 0..<count { layers.append(try Layer(parsing: &reader)) }
    self.layers = layers
  }

  /// The shape of the output for that of the input. On the way no position may stand for more pixels than `coarsest`, to a multiple of
  /// which pictures are filled up.
  func shape(from input: Shape, coarsest: Int) throws(ModelError) -> Shape {
    var shape = input
    for layer in layers {
      switch layer {
      case .pointwise(let layer) where layer.inputs == shape.channels:
        shape.channels = layer.outputs
      case .block(let layer) where layer.channels == shape.channels: break
      case .gain(let layer) where layer.channels == shape.channels: break
      case .unshuffle(let factor) where coarsest % (shape.reduction * factor) == 0:
        shape = (shape.reduction * factor, shape.channels * factor * factor)
      case .shuffle(let factor)
      where shape.channels % (factor * factor) == 0 && shape.reduction % factor == 0:
        shape = (shape.reduction / factor, shape.channels / (factor * factor))
      default: throw .badNetwork("a layer does not fit the one before it")
      }
    }
    return shape
  }

  func check(_ name: String, from input: Shape, to output: Shape) throws(ModelError) {
    let coarsest = max(input.reduction, output.reduction)
    guard try shape(from: input, coarsest: coarsest) == output else {
      throw .badNetwork(
        "\(name) does not lead to \(output.channels) channels at 1/\(output.reduction)")
    }
  }
}

extension ContextModel {
  init(inputs: [Network], trunk: Network, output: Network) throws(ModelError) {
    guard case .pointwise(let last) = output.layers[0], output.layers.count == 1 else {
      throw .badNetwork("the context output is not one pointwise layer")
    }
    for input in inputs {
      guard case .pointwise = input.layers[0] else {
        throw .badNetwork("a context input does not begin with a pointwise layer")
      }
    }
    self.init(inputs: inputs, trunk: trunk, output: last)
  }

  func check(featureChannels: Int, latentChannels m: Int) throws(ModelError) {
    for (step, input) in inputs.enumerated() {
      let channels = featureChannels + (step == 0 ? 0 : m)
      let hidden = try input.shape(from: (1, channels), coarsest: 1)
      let shape = try trunk.shape(from: hidden, coarsest: 1)
      guard shape == (1, output.inputs) else {
        throw .badNetwork("the context networks do not fit together")
      }
    }
    guard output.outputs == 2 * m else {
      throw .badNetwork("the context output has \(output.outputs) channels, not \(2 * m)")
    }
  }
}
