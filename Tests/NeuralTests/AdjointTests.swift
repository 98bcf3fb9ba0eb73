import TestSupport
import Testing

@testable import Neural

/// What a gradient says that a small change of the input brings is what it brings.
@Suite struct AdjointTests {
  private let execution = Execution(threads: 2)
  private var random = SeededGenerator(seed: 11)

  @Test mutating func pointwise() {
    expectGradient(.pointwise(random.pointwise(32, 48)), channels: 32, within: 0.02)
  }

  @Test mutating func gain() {
    let factors = (0..<3 * 16).map { _ in Int16.random(in: 100...4000, using: &random) }
    let layer = GainLayer(channels: 16, factors: AlignedArray(factors), shifts: [9, 10, 11])
    for level in 0..<3 {
      expectGradient(.gain(layer), channels: 16, level: level, within: 0.02)
    }
  }

  @Test mutating func shuffles() {
    expectGradient(.unshuffle(UnshuffleLayer(factor: 2)), channels: 16, within: 1e-9)
    expectGradient(.shuffle(ShuffleLayer(factor: 2)), channels: 64, within: 1e-9)
  }

  /// Where values change their side of zero the gradient is that of one side: so with more
  /// tolerance.
  @Test mutating func block() {
    expectGradient(.block(random.block(16)), channels: 16, within: 0.03)
  }

  @Test mutating func layersOneAfterTheOther() {
    let layers: [Layer] = [
      .pointwise(random.pointwise(16, 64)), .shuffle(ShuffleLayer(factor: 2)),
      .pointwise(random.pointwise(16, 32)),
    ]
    let network = Network(layers: layers)
    let gradient = NetworkGradient(of: network, input: TensorShape(reduction: 16, channels: 16))
    let input = random.tensor(rows: 5, columns: 7, channels: 16, magnitude: 2000)
    let change = random.tensor(rows: 5, columns: 7, channels: 16, magnitude: 300)
    let weights = random.tensor(rows: 10, columns: 14, channels: 32, magnitude: 4000)
    let found = gradient.gradient(at: sum(input, change, 0), level: 0, on: execution) { output in
      output.values.baseAddress!.update(from: weights.base, count: weights.count)
      return 0
    }
    let up = network.run(sum(input, change, 1), on: execution)
    let down = network.run(sum(input, change, -1), on: execution)
    expect(
      product(found.values, change) / power(found.exponent),
      equals: (product(weights, up) - product(weights, down)) / 2, within: 0.02)
  }

  private mutating func expectGradient(
    _ layer: Layer, channels: Int, level: Int = 0, within tolerance: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let input = random.tensor(rows: 6, columns: 8, channels: channels, magnitude: 2000)
    let adjoint = layer.adjoint()
    var signs: [SignMap] = []
    let output = adjoint.forward(
      sum(input, input, 0), level: level, recording: &signs, on: execution)
    let weights = random.tensor(
      rows: output.rows, columns: output.columns, channels: output.channels, magnitude: 4000)
    var exponent = 0
    let gradient = adjoint.backward(
      sum(weights, weights, 0), exponent: &exponent, level: level, &signs, on: execution)
    #expect(signs.isEmpty, sourceLocation: sourceLocation)
    // Along the gradient, so that what is compared is not a small difference of large numbers.
    let change = random.tensor(rows: 6, columns: 8, channels: channels, magnitude: 50)
    for index in 0..<change.count {
      change.base[index] = gradient.base[index].signum() * abs(change.base[index])
    }
    let up = layer.apply(sum(input, change, 1), level: level, on: execution)
    let down = layer.apply(sum(input, change, -1), level: level, on: execution)
    expect(
      product(gradient, change) / power(exponent),
      equals: (product(weights, up) - product(weights, down)) / 2, within: tolerance,
      sourceLocation: sourceLocation)
  }

  private func expect(
    _ found: Double, equals expected: Double, within tolerance: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      abs(found - expected) <= tolerance * abs(expected), "\(found), not \(expected)",
      sourceLocation: sourceLocation)
  }

  /// a + factor·b.
  private func sum(_ a: borrowing Tensor, _ b: borrowing Tensor, _ factor: Int16) -> Tensor {
    let result = Tensor(rows: a.rows, columns: a.columns, channels: a.channels)
    for index in 0..<a.count { result.base[index] = a.base[index] + factor * b.base[index] }
    return result
  }

  private func product(_ a: borrowing Tensor, _ b: borrowing Tensor) -> Double {
    (0..<a.count).reduce(0) { $0 + Double(a.base[$1]) * Double(b.base[$1]) }
  }

  private func power(_ exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: 1)
  }
}
