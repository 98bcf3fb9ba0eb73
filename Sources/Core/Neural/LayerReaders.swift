import EntropyCoding

/// Checks that no sum of an output can leave 32 bits, whatever the input, and gives the bias with the rounding added.
private func checkedBias(
  _ bias: Int32, shift: Int32, magnitude: Int, output: Int, offset: Int
) throws(ModelError) -> Int32 {
  let rounding = Int64(1) << Int64(shift - 1)
  guard 32768 * Int64(magnitude) + abs(Int64(bias)) + rounding <= Int32.max else {
    throw .mayOverflow(output: output, offset: offset)
  }
  return bias + Int32(rounding)
}

extension PointwiseLayer {
  /// Reads a pointwise record and packs its weights for the kernels.
  init(parsing reader: inout WeightsReader) throws(ModelError) {
    let inputs = try reader.channels("inputs")
    let outputs = try reader.channels("outputs")
    let width = try reader.u8("width", in: 2...16)
    let shift = try reader.shifts(outputs)
    let bias = try reader.biases(outputs)
    let offset = reader.offset
    var magnitudes = [Int](repeating: 0, count: outputs)
    let weights = try AlignedArray<Int16>(count: inputs * outputs) {
      packed throws(ModelError) in
      try reader.rows(outputs, columns: inputs, width: width) { output, row throws(ModelError) in
        let block = packed.baseAddress! + output / 16 * 16 * inputs + output % 16 * 2
        var magnitude: Int32 = 0
        for weight in row { magnitude &+= abs(Int32(weight)) }
        for pair in 0..<inputs / 2 {
          block[32 &* pair] = row[2 &* pair]
          block[32 &* pair &+ 1] = row[2 &* pair &+ 1]
        }
        magnitudes[output] = Int(magnitude)
      }
    }
    self.inputs = inputs
    self.outputs = outputs
    self.weights = weights
    self.shift = shift
    self.bias = try AlignedArray(count: outputs) { rounded throws(ModelError) in
      for o in 0..<outputs {
        rounded[o] = try checkedBias(
          bias.base[o], shift: shift.base[o], magnitude: magnitudes[o], output: o, offset: offset)
      }
    }
  }
}

extension DepthwiseLayer {
  /// Reads a depthwise record and packs its weights for the kernels.
  init(parsing reader: inout WeightsReader) throws(ModelError) {
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
    self.bias = try AlignedArray(count: channels) { rounded throws(ModelError) in
      for c in 0..<channels {
        let magnitude = (0..<9).reduce(0) { $0 + abs(Int(taps.base[$1 * channels + c])) }
        rounded[c] = try checkedBias(
          bias.base[c], shift: shift.base[c], magnitude: magnitude, output: c, offset: offset)
      }
    }
  }
}

extension BlockLayer {
  /// Reads the five records of a block.
  init(parsing reader: inout WeightsReader) throws(ModelError) {
    a = try PointwiseLayer(parsing: &reader)
    depthwise = try DepthwiseLayer(parsing: &reader)
    b = try PointwiseLayer(parsing: &reader)
    f = try PointwiseLayer(parsing: &reader)
    g = try PointwiseLayer(parsing: &reader)
    let widths = [a.outputs, depthwise.channels, b.inputs, b.outputs, f.inputs, g.outputs]
    guard widths.allSatisfy({ $0 == a.inputs }), f.outputs == g.inputs else {
      throw .badNetwork("the layers of a block do not fit together")
    }
  }
}

extension GainLayer {
  /// Reads the gains of all levels.
  init(parsing reader: inout WeightsReader) throws(ModelError) {
    let channels = try reader.channels("channels")
    var shifts: [Int32] = []
    self.channels = channels
    factors = try AlignedArray(count: Self.levels * channels) { factors throws(ModelError) in
      for level in 0..<Self.levels {
        shifts.append(Int32(try reader.u8("shift", in: 1...30)))
        let row = try reader.i16s(channels)
        for c in 0..<channels { factors[level * channels + c] = row.base[c] }
      }
    }
    self.shifts = shifts
  }

  /// The number of quality levels.
  static let levels = 64
}

extension Layer {
  /// Reads a layer.
  init(parsing reader: inout WeightsReader) throws(ModelError) {
    switch try reader.u8("kind", in: 1...5) {
    case 1: self = .pointwise(try PointwiseLayer(parsing: &reader))
    case 2: self = .block(try BlockLayer(parsing: &reader))
    case 3: self = .gain(try GainLayer(parsing: &reader))
    case 4: self = .unshuffle(try reader.u8("factor", in: 2...16))
    default: self = .shuffle(try reader.u8("factor", in: 2...16))
    }
  }
}

extension FrequencyTable {
  /// Reads a frequency table.
  init(parsing reader: inout WeightsReader) throws(ModelError) {
    let start = reader.offset
    let rawBits = try reader.u8("rawBits", in: 0...12)
    let minimum = Int(Int16(truncatingIfNeeded: try reader.u16()))
    let count = try reader.u16("count", in: 1...255)
    let frequencies = try reader.i16s(count + 1)
    let table = FrequencyTable(
      rawBits: rawBits, minimum: minimum,
      frequencies: (0...count).map { UInt16(bitPattern: frequencies.base[$0]) })
    guard let table else { throw .badField("a frequency table is not valid", offset: start) }
    self = table
  }
}
