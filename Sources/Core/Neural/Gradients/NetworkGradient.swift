import CNeuralKernels

/// The gradient of a cost of a network's output with respect to the network's input, by
/// backpropagation.
package struct NetworkGradient: Sendable {
  private let adjoints: [LayerAdjoint]
  /// The memory that ``gradient(at:level:on:replace:)`` takes at most, in bytes for each position
  /// of the input, and for each worker.
  package let memory: (position: Int, worker: Int)

  /// Prepares the adjoints of a network, or of a run of its layers.
  ///
  /// - Parameter input: the shape of the input.
  package init(of network: Network, input: TensorShape) {
    adjoints = network.layers.map { $0.adjoint() }
    let need = network.memory(for: input)
    // The tensor before a layer is freed when that behind it is there.
    memory = (
      need.signs / 8 + 2 * need.values * MemoryLayout<Int16>.stride,
      need.scratch * MemoryLayout<Int16>.stride
    )
  }

  /// A gradient: `values` divided by 2^`exponent`.
  package struct Gradient: ~Copyable {
    package let values: Tensor
    package let exponent: Int
  }

  /// The gradient with respect to the network's input.
  ///
  /// - Parameters:
  ///   - input: the network's input.
  ///   - replace: replaces the output by the gradient with respect to it, and returns its exponent.
  package func gradient(
    at input: consuming Tensor, level: Int, on execution: Execution,
    replace: (borrowing Tensor) -> Int
  ) -> Gradient {
    var x = input
    var signs: [SignMap] = []
    for adjoint in adjoints {
      x = adjoint.forward(x, level: level, recording: &signs, on: execution)
    }
    var exponent = replace(x)
    for adjoint in adjoints.reversed() {
      x = adjoint.backward(x, exponent: &exponent, level: level, &signs, on: execution)
    }
    return Gradient(values: x, exponent: exponent)
  }
}

extension Tensor {
  /// Multiplies all values by a power of two, as block floating point does: precision is kept, and
  /// there is headroom for the sums of residual branches. Returns the exponent.
  func normalize(on execution: Execution) -> Int {
    var largest = [Int32](repeating: 0, count: rows)
    largest.withUnsafeMutableBufferPointer { largest in
      // SAFETY: each element is written by one call.
      nonisolated(unsafe) let largest = largest
      execution.parallelFor(rows) { i, _ in
        largest[i] = tng_largest_magnitude(row(i), rowStride)
      }
    }
    let magnitude = largest.max() ?? 0
    guard magnitude > 0 else { return 0 }
    let power = magnitude.leadingZeroBitCount - Self.headroom
    scale(byPower: power, on: execution)
    return power
  }

  /// The leading zero bits, of 32, of the largest magnitude, which is then 4096 to 8191.
  private static var headroom: Int { 19 }

  /// Multiplies all values by 2 to a power, rounding. A positive power must not lead out of 16
  /// bits.
  package func scale(byPower power: Int, on execution: Execution) {
    guard power != 0 else { return }
    execution.parallelFor(rows) { i, _ in tng_scale_by_power(row(i), rowStride, Int32(power)) }
  }
}
