// How many multiply-adds of convolutions a run needs; gains, residuals and shuffles are not counted.

extension Network {
  /// The multiply-adds of a run over an input of so many positions.
  package func multiplyAdds(positions: Int) -> Int {
    var positions = positions
    return layers.reduce(0) { sum, layer in
      switch layer {
      case .pointwise(let layer): return sum + positions * layer.multiplyAdds
      case .block(let layer): return sum + positions * layer.multiplyAdds
      case .gain: return sum
      case .unshuffle(let factor): positions /= factor * factor
      case .shuffle(let factor): positions *= factor * factor
      }
      return sum
    }
  }
}

extension ContextModel {
  /// The multiply-adds of all steps over so many latent positions: of the last layer only the outputs that a step uses.
  package func multiplyAdds(positions: Int) -> Int {
    inputs.reduce(0) { $0 + $1.multiplyAdds(positions: positions) }
      + Self.stepCount * trunk.multiplyAdds(positions: positions)
      + positions * output.multiplyAdds
  }
}

extension PointwiseLayer {
  /// The multiply-adds of a position.
  fileprivate var multiplyAdds: Int { inputs * outputs }
}

extension BlockLayer {
  /// The multiply-adds of a position.
  fileprivate var multiplyAdds: Int {
    9 * depthwise.channels + [a, b, f, g].reduce(0) { $0 + $1.multiplyAdds }
  }
}
