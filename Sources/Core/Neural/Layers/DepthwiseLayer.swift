import CNeuralKernels

/// A depthwise 3×3 convolution in integers, a part of blocks: Format.md, section 5.
struct DepthwiseLayer: Sendable {
  let channels: Int
  /// Packed as `tng_depthwise_layer` asks.
  let weights: AlignedArray<Int16>
  /// With the rounding of the shift added.
  let bias: AlignedArray<Int32>
  let shift: AlignedArray<Int32>

  /// Where a tap's weight is.
  static func place(_ channel: Int, _ tap: Int) -> Int {
    channel / 16 * 160 + tap / 2 * 32 + channel % 16 * 2 + tap % 2
  }

  var parameters: tng_depthwise_layer {
    tng_depthwise_layer(
      channels: Int32(channels), weights: weights.base, bias: bias.base, shift: shift.base)
  }

  var multiplyAdds: Int { 9 * channels }

  /// The convolution of some columns of a row. Rows outside the picture are nil.
  func apply(
    _ rows: RowWindow, columns: Range<Int>, to output: UnsafeMutablePointer<Int16>,
    _ kernels: Kernels
  ) {
    var task = tng_depthwise_row(
      rows: (UnsafePointer(rows.above), UnsafePointer(rows.at), UnsafePointer(rows.below)),
      columns: Int32(rows.columns), first: Int32(columns.lowerBound), pixels: Int32(columns.count),
      output: output)
    withUnsafePointer(to: parameters) { kernels.table.pointee.depthwise($0, &task) }
  }
}

/// A row and its neighbours, nil where the picture ends, and how long they are.
typealias RowWindow = (
  above: UnsafeMutablePointer<Int16>?, at: UnsafeMutablePointer<Int16>,
  below: UnsafeMutablePointer<Int16>?, columns: Int
)

extension DepthwiseLayer {
  /// Reads a depthwise record and packs its weights for the kernels.
  init(parsing reader: inout ParameterReader) throws(ParameterError) {
    let channels = try reader.channels("channels")
    let shift = try reader.shifts(channels)
    let bias = try reader.biases(channels)
    let offset = reader.offset
    let taps = try reader.i16s(9 * channels)
    self.channels = channels
    self.shift = shift
    weights = AlignedArray(count: 10 * channels) { packed in
      for c in 0..<channels {
        for t in 0..<9 {
          packed[Self.place(c, t)] = taps.base[t * channels + c]
        }
      }
    }
    self.bias = try AlignedArray(count: channels) { rounded throws(ParameterError) in
      for c in 0..<channels {
        let magnitude = (0..<9).reduce(0) { $0 + abs(Int(taps.base[$1 * channels + c])) }
        rounded[c] = try roundingBias(
          bias.base[c], shift: shift.base[c], magnitude: magnitude, output: c, offset: offset)
      }
    }
  }

  /// The transposed layer, whose kernel is rotated by 180 degrees, with the exponent that keeps the
  /// mean square of gradients.
  func transposed() -> Transposed<DepthwiseLayer> {
    let rows = (0..<channels).map { channel in
      (0..<9).map { tap in
        Double(weights.base[Self.place(channel, 8 - tap)]) * power(-shift.base[channel])
      }
    }
    let exponent = balancedExponent(rows)
    let scaled = rows.map { ScaledRow($0, exponent: exponent) }
    let layer = DepthwiseLayer(
      channels: channels,
      weights: AlignedArray(count: 10 * channels) { packed in
        for (channel, scaled) in scaled.enumerated() {
          for (tap, weight) in scaled.weights.enumerated() {
            packed[Self.place(channel, tap)] = weight
          }
        }
      },
      bias: AlignedArray(scaled.map { $0.rounding }), shift: AlignedArray(scaled.map { $0.shift }))
    return Transposed(layer: layer, exponent: exponent)
  }
}
