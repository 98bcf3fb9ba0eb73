import Container

/// Reads the records of a weights file (Documentation/Weights.md).
struct WeightsReader {
  private var reader: ByteReader

  init(_ bytes: [UInt8]) { reader = ByteReader(bytes) }

  var offset: Int { reader.offset }
  var remaining: Int { reader.remaining }

  mutating func take(_ count: Int) throws(ModelError) -> Range<Int> {
    do throws(ContainerError) { return try reader.take(count) } catch { throw .malformed(error) }
  }

  mutating func u8(_ name: String = "", in range: ClosedRange<Int> = 0...255) throws(ModelError)
    -> Int
  {
    try number(name, in: range) { reader throws(ContainerError) in Int(try reader.u8()) }
  }

  mutating func u16(_ name: String = "", in range: ClosedRange<Int> = 0...65535) throws(ModelError)
    -> Int
  {
    try number(name, in: range) { reader throws(ContainerError) in Int(try reader.u16()) }
  }

  mutating func u32() throws(ModelError) -> UInt32 {
    do throws(ContainerError) { return try reader.u32() } catch { throw .malformed(error) }
  }

  private mutating func number(
    _ name: String, in range: ClosedRange<Int>,
    _ read: (inout ByteReader) throws(ContainerError) -> Int
  ) throws(ModelError) -> Int {
    let start = offset
    let value: Int
    do throws(ContainerError) { value = try read(&reader) } catch { throw .malformed(error) }
    guard range.contains(value) else {
      throw .badField(
        "\(name) is \(value), not \(range.lowerBound) … \(range.upperBound)", offset: start)
    }
    return value
  }

  /// A number of channels: a multiple of 16.
  mutating func channels(_ name: String) throws(ModelError) -> Int {
    let start = offset
    let count = try u16(name, in: 16...4096)
    guard count % 16 == 0 else {
      throw .badField("\(name) is \(count), not a multiple of 16", offset: start)
    }
    return count
  }

  mutating func text() throws(ModelError) -> String {
    let range = try take(try u8())
    return String(decoding: reader.bytes[range], as: UTF8.self)
  }

  /// Numbers of `size` bytes, read by `load` from where they are.
  private mutating func array<Element: BitwiseCopyable, Stored: BitwiseCopyable>(
    _ count: Int, of stored: Stored.Type, _ convert: (Stored) -> Element
  ) throws(ModelError) -> AlignedArray<Element> {
    let size = MemoryLayout<Stored>.stride
    let range = try take(count * size)
    return reader.bytes.withUnsafeBytes { bytes in
      AlignedArray(count: count) { elements in
        for i in 0..<count {
          elements[i] = convert(
            bytes.loadUnaligned(fromByteOffset: range.lowerBound + i * size, as: Stored.self))
        }
      }
    }
  }

  mutating func i16s(_ count: Int) throws(ModelError) -> AlignedArray<Int16> {
    try array(count, of: Int16.self) { Int16(littleEndian: $0) }
  }

  /// Shifts, each 1 … 30.
  mutating func shifts(_ count: Int) throws(ModelError) -> AlignedArray<Int32> {
    let start = offset
    let shifts = try array(count, of: UInt8.self) { Int32($0) }
    for i in 0..<count where !(1...30).contains(shifts.base[i]) {
      throw .badField("shift is \(shifts.base[i]), not 1 … 30", offset: start + i)
    }
    return shifts
  }

  mutating func biases(_ count: Int) throws(ModelError) -> AlignedArray<Int32> {
    try array(count, of: Int32.self) { Int32(littleEndian: $0) }
  }

  /// Rows of `columns` weights of `width` bits, handed one after the other to `use`.
  mutating func rows(
    _ count: Int, columns: Int, width: Int,
    _ use: (Int, UnsafeBufferPointer<Int16>) throws(ModelError) -> Void
  ) throws(ModelError) {
    let size = columns * width / 8
    let range = try take(count * size)
    // Two weights are cut from the eight bytes that begin with their first: such follow every weight, for tables do.
    guard reader.remaining >= 8 else { throw .malformed(.truncated(offset: reader.end)) }
    var failure: ModelError?
    withUnsafeTemporaryAllocation(of: Int16.self, capacity: columns) { row in
      reader.bytes.withUnsafeBytes { bytes in
        for r in 0..<count where failure == nil {
          let start = range.lowerBound + r * size
          for pair in 0..<columns / 2 {
            let bit = 2 &* pair &* width
            let word = bytes.loadUnaligned(fromByteOffset: start &+ bit &>> 3, as: UInt64.self)
            let weights = UInt64(littleEndian: word) &>> UInt64(bit & 7)
            row[2 &* pair] = signed(weights, width)
            row[2 &* pair &+ 1] = signed(weights &>> UInt64(width), width)
          }
          do throws(ModelError) { try use(r, UnsafeBufferPointer(row)) } catch { failure = error }
        }
      }
    }
    if let failure { throw failure }
  }
}

/// The number in two's complement in the low `width` bits of a word, 2 … 16.
@inline(__always)
private func signed(_ word: UInt64, _ width: Int) -> Int16 {
  let unused = Int16(16 &- width)
  return (Int16(truncatingIfNeeded: word) &<< unused) &>> unused
}
