/// Reads numbers and arrays of parameters from bytes, front to back; never beyond their end.
package struct ParameterReader {
  /// The bytes, which outlive the reader.
  package let bytes: UnsafeRawBufferPointer
  /// Where the next read begins.
  package private(set) var offset = 0

  package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  package var remaining: Int { bytes.count - offset }

  /// Takes the next `count` bytes.
  package mutating func take(_ count: Int) throws(ParameterError) -> UnsafeRawBufferPointer {
    guard count <= remaining else { throw .truncated(offset: bytes.count) }
    defer { offset += count }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
  }

  package mutating func u8(
    _ name: String = "", in range: ClosedRange<Int> = 0...255
  ) throws(ParameterError) -> Int {
    let start = offset
    return try checked(Int(try number(UInt8.self)), name, in: range, at: start)
  }

  package mutating func u16(
    _ name: String = "", in range: ClosedRange<Int> = 0...65535
  ) throws(ParameterError) -> Int {
    let start = offset
    return try checked(Int(try number(UInt16.self)), name, in: range, at: start)
  }

  package mutating func u32() throws(ParameterError) -> UInt32 { try number(UInt32.self) }

  private mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type
  ) throws(ParameterError) -> Number {
    try Number(littleEndian: take(MemoryLayout<Number>.size).loadUnaligned(as: type))
  }

  private func checked(
    _ value: Int, _ name: String, in range: ClosedRange<Int>, at offset: Int
  ) throws(ParameterError) -> Int {
    guard range.contains(value) else {
      throw .badField(
        "\(name) is \(value), not \(range.lowerBound) … \(range.upperBound)", offset: offset)
    }
    return value
  }

  /// A number of channels: a multiple of 16.
  package mutating func channels(_ name: String) throws(ParameterError) -> Int {
    let start = offset
    let count = try u16(name, in: 16...4096)
    guard count % 16 == 0 else {
      throw .badField("\(name) is \(count), not a multiple of 16", offset: start)
    }
    return count
  }

  package mutating func text() throws(ParameterError) -> String {
    try String(decoding: take(u8()), as: UTF8.self)
  }

  /// Numbers of `size` bytes, read by `load` from where they are.
  private mutating func array<Element: BitwiseCopyable, Stored: BitwiseCopyable>(
    _ count: Int, of stored: Stored.Type, _ convert: (Stored) -> Element
  ) throws(ParameterError) -> AlignedArray<Element> {
    let size = MemoryLayout<Stored>.stride
    let bytes = try take(count * size)
    return AlignedArray(count: count) { elements in
      for i in 0..<count {
        elements[i] = convert(bytes.loadUnaligned(fromByteOffset: i * size, as: Stored.self))
      }
    }
  }

  mutating func i16s(_ count: Int) throws(ParameterError) -> AlignedArray<Int16> {
    try array(count, of: Int16.self) { Int16(littleEndian: $0) }
  }

  /// Shifts, each 1 … 30.
  mutating func shifts(_ count: Int) throws(ParameterError) -> AlignedArray<Int32> {
    let start = offset
    let shifts = try array(count, of: UInt8.self) { Int32($0) }
    for i in 0..<count where !(1...30).contains(shifts.base[i]) {
      throw .badField("shift is \(shifts.base[i]), not 1 … 30", offset: start + i)
    }
    return shifts
  }

  mutating func biases(_ count: Int) throws(ParameterError) -> AlignedArray<Int32> {
    try array(count, of: Int32.self) { Int32(littleEndian: $0) }
  }

  /// Rows of `columns` weights of `width` bits, handed one after the other to `use`.
  mutating func rows(
    _ count: Int, columns: Int, width: Int,
    _ use: (Int, UnsafeBufferPointer<Int16>) throws(ParameterError) -> Void
  ) throws(ParameterError) {
    let size = columns * width / 8
    let start = offset
    _ = try take(count * size)
    // Four weights are cut from the eight bytes that begin with their first. A weights file has as
    // many behind every weight, for tables follow.
    guard remaining >= 8 else { throw .truncated(offset: bytes.count) }
    var failure: ParameterError?
    withUnsafeTemporaryAllocation(of: Int16.self, capacity: columns) { row in
      for r in 0..<count where failure == nil {
        let start = start + r * size
        for group in 0..<columns / 4 {
          let half = group &* width
          let word = bytes.loadUnaligned(fromByteOffset: start &+ half &>> 1, as: Int64.self)
          let weights = Int64(littleEndian: word) &>> Int64(4 &* (half & 1))
          for i in 0..<4 {
            row[4 &* group &+ i] = signed(weights &>> Int64(i &* width), width)
          }
        }
        do throws(ParameterError) { try use(r, UnsafeBufferPointer(row)) } catch { failure = error }
      }
    }
    if let failure { throw failure }
  }
}

/// The number in two's complement in the low `width` bits of a word, 2 … 16.
@inline(__always)
private func signed(_ word: Int64, _ width: Int) -> Int16 {
  let unused = Int16(16 &- width)
  return (Int16(truncatingIfNeeded: word) &<< unused) &>> unused
}

/// How bytes fail to be parameters of layers.
package enum ParameterError: Error, Sendable, Hashable {
  /// They end too early.
  case truncated(offset: Int)
  /// A field is outside its range.
  case badField(String, offset: Int)
  /// A sum of products could leave 32 bits.
  case mayOverflow(output: Int, offset: Int)
  /// The parts of a layer do not fit together.
  case misfit(String, offset: Int)
}

/// The bias of an output with the rounding of its shift added, after a check that no sum of the
/// output can leave 32 bits, whatever the input.
///
/// - Parameter magnitude: the sum of the magnitudes of the output's weights.
func roundingBias(
  _ bias: Int32, shift: Int32, magnitude: Int, output: Int, offset: Int
) throws(ParameterError) -> Int32 {
  let rounding = Int64(1) << Int64(shift - 1)
  guard 32768 * Int64(magnitude) + abs(Int64(bias)) + rounding <= Int32.max else {
    throw .mayOverflow(output: output, offset: offset)
  }
  return bias + Int32(rounding)
}
