/// One of the operations that networks are made of.
package enum Layer: Sendable {
  case pointwise(PointwiseLayer)
  case block(BlockLayer)
  case gain(GainLayer)
  case unshuffle(Int)
  case shuffle(Int)

  func apply(_ x: consuming Tensor, level: Int, on execution: Execution) -> Tensor {
    switch self {
    case .pointwise(let layer):
      return layer.apply(x, on: execution)
    case .block(let layer):
      layer.apply(x, on: execution)
      return x
    case .gain(let layer):
      layer.apply(x, level: level, on: execution)
      return x
    case .unshuffle(let factor):
      return Shuffle.unshuffle(x, factor: factor, on: execution)
    case .shuffle(let factor):
      return Shuffle.shuffle(x, factor: factor, on: execution)
    }
  }
}

/// A list of layers, applied in order.
package struct Network: Sendable {
  package let layers: [Layer]

  package init(layers: [Layer]) { self.layers = layers }

  /// The factor of the unshuffle that the network begins with, or 1.
  package var entrySquare: Int {
    if case .unshuffle(let factor)? = layers.first { factor } else { 1 }
  }

  /// The factor of the shuffle that the network ends with, or 1.
  package var exitSquare: Int {
    if case .shuffle(let factor)? = layers.last { factor } else { 1 }
  }

  /// Runs the network at a quality level. `observe` sees the output of each layer.
  package func run(
    _ input: consuming Tensor, level: Int = 0, on execution: Execution,
    observe: (Int, borrowing Tensor) -> Void = { _, _ in }
  ) -> Tensor {
    var x = input
    for (index, layer) in layers.enumerated() {
      x = layer.apply(x, level: level, on: execution)
      observe(index, x)
    }
    return x
  }
}
