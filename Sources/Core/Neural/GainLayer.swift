import CNeuralKernels

/// A factor for each channel and quality level: Format.md, section 5.
package struct GainLayer: Sendable {
  package let channels: Int
  /// For each of the 64 levels, one factor a channel.
  let factors: AlignedArray<Int16>
  /// For each of the 64 levels, 1 … 30.
  let shifts: [Int32]

  /// Multiplies a tensor by the factors of a level, in place.
  func apply(_ x: borrowing Tensor, level: Int, on execution: Execution) {
    execution.divide(x.rows) { i, _ in
      apply(x.row(i), pixels: x.columns, level: level, kernels: execution.kernels)
    }
  }

  /// Multiplies a row of pixels by the factors of a level, in place, with the level's shift or another.
  func apply(
    _ row: UnsafeMutablePointer<Int16>, pixels: Int, level: Int, shift: Int32? = nil,
    kernels: Kernels
  ) {
    var task = tng_gain_row(
      factors: factors.base + level * channels, shift: shift ?? shifts[level],
      channels: Int32(channels), pixels: Int32(pixels), values: row)
    kernels.table.pointee.gain(&task)
  }
}
