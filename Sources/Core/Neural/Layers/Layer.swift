/// The resolution of a tensor and its number of channels.
package struct TensorShape: Sendable, Hashable {
  /// The factor of downsampling: how many samples of a picture, or positions of the finest tensor
  /// in question, a position stands for along each side.
  package var reduction: Int
  package var channels: Int

  package init(reduction: Int, channels: Int) {
    self.reduction = reduction
    self.channels = channels
  }
}

/// The memory that a layer takes while it runs.
struct LayerMemory {
  /// The values held at once for each position of the input: input, output and what is between
  /// them.
  var values: Int
  /// The signs that its adjoint records, for each position of the input.
  var signs = 0
  /// The values that each worker needs for itself.
  var scratch = 0
}

/// What every kind of layer offers: its shape, cost and memory, and the ways to run it.
protocol LayerOperations: Sendable {
  /// The shape of the output; nil if the layer does not take such an input. On the way through a
  /// network no position may stand for more samples than `coarsest`.
  func output(for input: TensorShape, coarsest: Int) -> TensorShape?
  /// The multiply-adds of convolutions for each position of the input.
  var multiplyAdds: Int { get }
  /// The receptive field: how many positions of the input around a position are needed for `halo`
  /// positions of the output around it.
  func inputHalo(forOutputHalo halo: Int) -> Int
  func memory(for input: TensorShape) -> LayerMemory

  /// Runs the layer on a whole tensor.
  func apply(_ input: consuming Tensor, level: Int, on execution: Execution) -> Tensor
  /// Runs the layer on rows as they come. It may remove following layers from the list and do their
  /// work too.
  func stage(for input: StripInput, followedBy layers: inout ArraySlice<Layer>) -> StripStage
  /// Propagates a gradient from the output to the input.
  func adjoint() -> LayerAdjoint
}

/// A kind of layer. A new one is a file of its own, and a case of ``Layer``.
protocol LayerKind: LayerOperations {
  /// Reads the layer's record in a weights file (Documentation/Weights.md), behind the number of
  /// its kind.
  init(parsing reader: inout ParameterReader, levels: Int) throws(ParameterError)
}

extension LayerKind {
  var multiplyAdds: Int { 0 }
  func inputHalo(forOutputHalo halo: Int) -> Int { halo }
}

/// One of the operations that networks are made of: Format.md, section 5.
package enum Layer: Sendable {
  case pointwise(PointwiseLayer)
  case block(BlockLayer)
  case gain(GainLayer)
  case unshuffle(UnshuffleLayer)
  case shuffle(ShuffleLayer)
  case convolution(ConvolutionLayer)

  /// Reads a layer: the number of its kind, then its record.
  ///
  /// - Parameter levels: the number of quality levels of the model.
  package init(parsing reader: inout ParameterReader, levels: Int) throws(ParameterError) {
    switch try reader.u8("kind", in: 1...6) {
    case 1: self = .pointwise(try PointwiseLayer(parsing: &reader, levels: levels))
    case 2: self = .block(try BlockLayer(parsing: &reader, levels: levels))
    case 3: self = .gain(try GainLayer(parsing: &reader, levels: levels))
    case 4: self = .unshuffle(try UnshuffleLayer(parsing: &reader, levels: levels))
    case 5: self = .shuffle(try ShuffleLayer(parsing: &reader, levels: levels))
    default: self = .convolution(try ConvolutionLayer(parsing: &reader, levels: levels))
    }
  }
}

extension Layer: LayerOperations {
  func output(for input: TensorShape, coarsest: Int) -> TensorShape? {
    switch self {
    case .pointwise(let layer): layer.output(for: input, coarsest: coarsest)
    case .block(let layer): layer.output(for: input, coarsest: coarsest)
    case .gain(let layer): layer.output(for: input, coarsest: coarsest)
    case .unshuffle(let layer): layer.output(for: input, coarsest: coarsest)
    case .shuffle(let layer): layer.output(for: input, coarsest: coarsest)
    case .convolution(let layer): layer.output(for: input, coarsest: coarsest)
    }
  }

  var multiplyAdds: Int {
    switch self {
    case .pointwise(let layer): layer.multiplyAdds
    case .block(let layer): layer.multiplyAdds
    case .gain(let layer): layer.multiplyAdds
    case .unshuffle(let layer): layer.multiplyAdds
    case .shuffle(let layer): layer.multiplyAdds
    case .convolution(let layer): layer.multiplyAdds
    }
  }

  func inputHalo(forOutputHalo halo: Int) -> Int {
    switch self {
    case .pointwise(let layer): layer.inputHalo(forOutputHalo: halo)
    case .block(let layer): layer.inputHalo(forOutputHalo: halo)
    case .gain(let layer): layer.inputHalo(forOutputHalo: halo)
    case .unshuffle(let layer): layer.inputHalo(forOutputHalo: halo)
    case .shuffle(let layer): layer.inputHalo(forOutputHalo: halo)
    case .convolution(let layer): layer.inputHalo(forOutputHalo: halo)
    }
  }

  func memory(for input: TensorShape) -> LayerMemory {
    switch self {
    case .pointwise(let layer): layer.memory(for: input)
    case .block(let layer): layer.memory(for: input)
    case .gain(let layer): layer.memory(for: input)
    case .unshuffle(let layer): layer.memory(for: input)
    case .shuffle(let layer): layer.memory(for: input)
    case .convolution(let layer): layer.memory(for: input)
    }
  }

  func apply(_ input: consuming Tensor, level: Int, on execution: Execution) -> Tensor {
    switch self {
    case .pointwise(let layer): layer.apply(input, level: level, on: execution)
    case .block(let layer): layer.apply(input, level: level, on: execution)
    case .gain(let layer): layer.apply(input, level: level, on: execution)
    case .unshuffle(let layer): layer.apply(input, level: level, on: execution)
    case .shuffle(let layer): layer.apply(input, level: level, on: execution)
    case .convolution(let layer): layer.apply(input, level: level, on: execution)
    }
  }

  func stage(for input: StripInput, followedBy layers: inout ArraySlice<Layer>) -> StripStage {
    switch self {
    case .pointwise(let layer): layer.stage(for: input, followedBy: &layers)
    case .block(let layer): layer.stage(for: input, followedBy: &layers)
    case .gain(let layer): layer.stage(for: input, followedBy: &layers)
    case .unshuffle(let layer): layer.stage(for: input, followedBy: &layers)
    case .shuffle(let layer): layer.stage(for: input, followedBy: &layers)
    case .convolution(let layer): layer.stage(for: input, followedBy: &layers)
    }
  }

  func adjoint() -> LayerAdjoint {
    switch self {
    case .pointwise(let layer): layer.adjoint()
    case .block(let layer): layer.adjoint()
    case .gain(let layer): layer.adjoint()
    case .unshuffle(let layer): layer.adjoint()
    case .shuffle(let layer): layer.adjoint()
    case .convolution(let layer): layer.adjoint()
    }
  }
}
