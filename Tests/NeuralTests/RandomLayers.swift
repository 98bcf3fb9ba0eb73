import TestSupport

@testable import Neural

extension SeededGenerator {
  /// A layer whose outputs are about as large as its inputs.
  mutating func pointwise(_ inputs: Int, _ outputs: Int) -> PointwiseLayer {
    PointwiseLayer(
      inputs: inputs, outputs: outputs, weights: AlignedArray(weights(inputs * outputs)),
      bias: biases(outputs), shift: AlignedArray([Int32](repeating: 12, count: outputs)))
  }

  mutating func depthwise(_ channels: Int) -> DepthwiseLayer {
    DepthwiseLayer(
      channels: channels, weights: AlignedArray(weights(10 * channels)), bias: biases(channels),
      shift: AlignedArray([Int32](repeating: 12, count: channels)))
  }

  mutating func block(_ channels: Int) -> BlockLayer {
    BlockLayer(
      enter: pointwise(channels, channels), depthwise: depthwise(channels),
      leave: pointwise(channels, channels), expand: pointwise(channels, 2 * channels),
      contract: pointwise(2 * channels, channels))
  }

  /// Gains about 1, for three quality levels.
  mutating func gain(_ channels: Int) -> GainLayer {
    let factors = (0..<3 * channels).map { _ in Int16.random(in: 200...300, using: &self) }
    return GainLayer(channels: channels, factors: AlignedArray(factors), shifts: [8, 8, 8])
  }

  private mutating func weights(_ count: Int) -> [Int16] {
    (0..<count).map { _ in Int16.random(in: -2000...2000, using: &self) }
  }

  private mutating func biases(_ count: Int) -> AlignedArray<Int32> {
    AlignedArray((0..<count).map { _ in Int32.random(in: -100_000...100_000, using: &self) })
  }

  mutating func tensor(
    rows: Int, columns: Int, channels: Int, magnitude: Int16
  ) -> Tensor {
    let tensor = Tensor(rows: rows, columns: columns, channels: channels)
    for index in 0..<tensor.count {
      tensor.base[index] = Int16.random(in: -magnitude...magnitude, using: &self)
    }
    return tensor
  }
}
