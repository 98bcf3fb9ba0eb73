/// A list of layers, applied in order.
package struct Network: Sendable {
  package let layers: [Layer]

  package init(layers: [Layer]) { self.layers = layers }

  /// Whether a layer of the network takes no gradients.
  package var hasConvolution: Bool {
    layers.contains { if case .convolution = $0 { true } else { false } }
  }

  /// The factor of the unshuffle that the network begins with, or 1.
  package var entrySquare: Int {
    if case .unshuffle(let layer)? = layers.first { layer.factor } else { 1 }
  }

  /// The factor of the shuffle that the network ends with, or 1.
  package var exitSquare: Int {
    if case .shuffle(let layer)? = layers.last { layer.factor } else { 1 }
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

// MARK: What follows from the layers

extension Network {
  /// The shape of the output for that of the input; nil if a layer does not fit the one before it.
  /// No position on the way may stand for more samples than `coarsest`, to a multiple of which
  /// pictures are padded; 0 for any.
  package func output(for input: TensorShape, coarsest: Int) -> TensorShape? {
    layers.reduce(input as TensorShape?) { shape, layer in
      shape.flatMap { layer.output(for: $0, coarsest: coarsest) }
    }
  }

  /// The multiply-adds of convolutions in a run over an input of so many positions; gains,
  /// residuals and shuffles are not counted.
  package func multiplyAdds(positions: Int, input: TensorShape) -> Int {
    var shape = input
    return layers.reduce(0) { sum, layer in
      let own = positions * input.reduction * input.reduction / (shape.reduction * shape.reduction)
      defer { shape = layer.knownOutput(for: shape) }
      return sum + own * layer.multiplyAdds
    }
  }

  /// The receptive field: how many positions of the input a position of the output depends on, on
  /// each side of those that it covers.
  package var halo: Int {
    layers.reversed().reduce(0) { $1.inputHalo(forOutputHalo: $0) }
  }

  /// The values held at once at the peak, and all signs, for each position of the input; the
  /// scratch memory of a worker in values.
  func memory(for input: TensorShape) -> LayerMemory {
    var (shape, need) = (input, LayerMemory(values: 0))
    for layer in layers {
      let own = layer.memory(for: shape)
      // Rounded up where an unshuffle has joined positions.
      let scale = { (count: Int) in
        let area = shape.reduction * shape.reduction
        return (count * input.reduction * input.reduction + area - 1) / area
      }
      need.values = max(need.values, scale(own.values))
      need.signs += scale(own.signs)
      need.scratch = max(need.scratch, own.scratch)
      shape = layer.knownOutput(for: shape)
    }
    return need
  }

  /// The most values held at once in a run, for each position of the input.
  package func peakValues(for input: TensorShape) -> Int { memory(for: input).values }
}

extension Layer {
  /// The output of a layer that is known to fit.
  fileprivate func knownOutput(for input: TensorShape) -> TensorShape {
    guard let output = output(for: input, coarsest: 0) else {
      preconditionFailure("the loader has checked that layers fit")
    }
    return output
  }
}
