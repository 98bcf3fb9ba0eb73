import CNeuralKernels

/// A factor for each channel and quality level: Format.md, section 5.
package struct GainLayer: Sendable {
  package let channels: Int
  /// For each of the 64 levels, one factor a channel.
  let factors: AlignedArray<Int16>
  /// For each of the 64 levels, 1 … 30.
  let shifts: [Int32]

  /// Multiplies a tensor by the factors of a level, in place.
  package func apply(_ x: borrowing Tensor, level: Int, on execution: Execution) {
    let factors = factors.base + level * channels
    execution.divide(x.rows) { rows in
      for i in rows {
        var row = tng_gain_row(
          factors: factors, shift: shifts[level], channels: Int32(channels),
          pixels: Int32(x.columns), values: x.row(i))
        execution.kernels.table.pointee.gain(&row)
      }
    }
  }
}
