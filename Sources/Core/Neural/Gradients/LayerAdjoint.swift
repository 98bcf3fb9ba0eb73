import CNeuralKernels

/// A layer forwards and backwards: takes the gradient with respect to its output to that with
/// respect to its input. Each kind of layer has its own.
///
/// All arithmetic is on integers, so that it is the same on every machine: a gradient is an integer
/// tensor times a power of two. Saturation counts as if it were not there.
class LayerAdjoint: @unchecked Sendable {
  // SAFETY: what layers keep here never changes.

  /// Runs the layer, and notes on which side of zero each leaky ReLU inside it is.
  func forward(
    _ input: consuming Tensor, level: Int, noting signs: inout [SignMap], on execution: Execution
  ) -> Tensor {
    preconditionFailure("every layer has its own adjoint")
  }

  /// Takes a gradient, times 2^`exponent`, from the output to the input. What was noted last is
  /// taken off `signs` first.
  func backward(
    _ gradient: consuming Tensor, exponent: inout Int, level: Int, _ signs: inout [SignMap],
    on execution: Execution
  ) -> Tensor {
    preconditionFailure("every layer has its own adjoint")
  }
}

/// On which side of zero each value of a tensor inside a layer was, one bit each.
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

  /// Notes the signs of some columns of a row.
  func note(_ values: UnsafePointer<Int16>, row: Int, columns: Range<Int>) {
    tng_note_signs(values, columns.count * channels, signs(row, columns.lowerBound))
  }

  /// Takes the gradient behind a leaky ReLU to that before it, in place, for some columns of a row.
  func applyLeakyGradient(
    to gradient: UnsafeMutablePointer<Int16>, row: Int, columns: Range<Int>, _ kernels: Kernels
  ) {
    kernels.table.pointee.leaky_gradient(
      gradient, columns.count * channels, signs(row, columns.lowerBound))
  }
}
