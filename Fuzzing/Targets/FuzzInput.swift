/// Numbers made of an input's bytes, front to back; zeros when there are no more.
struct FuzzInput {
  private let bytes: [UInt8]
  private var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isEmpty: Bool { offset >= bytes.count }

  /// The bytes not yet used.
  var rest: [UInt8] { Array(bytes.dropFirst(offset)) }

  mutating func byte() -> Int {
    defer { offset += 1 }
    return isEmpty ? 0 : Int(bytes[offset])
  }

  /// A number of a range of at most 2^32 numbers: from as many bytes as it takes.
  mutating func number(in range: ClosedRange<Int>) -> Int {
    var value = 0
    var span = range.count - 1
    while span > 0 {
      value = value << 8 | byte()
      span >>= 8
    }
    return range.lowerBound + value % range.count
  }
}
