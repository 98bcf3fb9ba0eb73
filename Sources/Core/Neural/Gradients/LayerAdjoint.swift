import CNeuralKernels

/// Backpropagation through a layer: from the gradient with respect to its output, that with respect
/// to its input. Each kind of layer has its own.
///
/// All arithmetic is on integers, so that it is the same on every machine: a gradient is an integer
/// tensor times a power of two. Saturation is differentiated as if it did not take place.
class LayerAdjoint: @unchecked Sendable {
  // SAFETY: what layers keep here never changes.

  /// Runs the layer and records the signs of the inputs of its leaky ReLUs.
  func forward(
    _ input: consuming Tensor, level: Int, recording signs: inout [SignMap], on execution: Execution
  ) -> Tensor {
    preconditionFailure("every layer has its own adjoint")
  }

  /// Propagates a gradient, times 2^`exponent`, from the output to the input. Removes from `signs`
  /// those that ``forward(_:level:recording:on:)`` appended.
  func backward(
    _ gradient: consuming Tensor, exponent: inout Int, level: Int, _ signs: inout [SignMap],
    on execution: Execution
  ) -> Tensor {
    preconditionFailure("every layer has its own adjoint")
  }
}

/// The signs of the values of a tensor inside a layer, one bit each.
final class SignMap: @unchecked Sendable {
  private let memory: Workspace.Block
  private let workspace: Workspace
  private let columns: Int
  private let channels: Int

  /// - Parameter channels: a multiple of 8.
  init(rows: Int, columns: Int, channels: Int, in workspace: Workspace) {
    self.columns = columns
    self.channels = channels
    self.workspace = workspace
    memory = workspace.take(rows * columns * channels / 8)
  }

  deinit { workspace.recycle(memory) }

  private func signs(_ row: Int, _ column: Int) -> UnsafeMutablePointer<UInt8> {
    (memory.base + (row * columns + column) * channels / 8).assumingMemoryBound(to: UInt8.self)
  }

  /// Records the signs of some columns of a row.
  func record(_ values: UnsafePointer<Int16>, row: Int, columns: Range<Int>) {
    tng_note_signs(values, columns.count * channels, signs(row, columns.lowerBound))
  }

  /// Propagates the gradient of some columns of a row through a leaky ReLU, in place.
  func applyLeakyGradient(
    to gradient: UnsafeMutablePointer<Int16>, row: Int, columns: Range<Int>, _ kernels: Kernels
  ) {
    kernels.table.pointee.leaky_gradient(
      gradient, columns.count * channels, signs(row, columns.lowerBound))
  }
}
