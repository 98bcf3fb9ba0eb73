import CTNGHeader

/// A structure of tng.h that may grow: its first member, `struct_size`, is its size as the caller
/// was compiled.
protocol SizedStructure {
  /// All members 0.
  init()
  // swift-format-ignore: AlwaysUseLowerCamelCase
  var struct_size: Int { get set }
  /// Its size in the first version that had it, which no caller's can be below.
  static var firstSize: Int { get }
}

extension tng_error: SizedStructure { static let firstSize = 304 }
extension tng_layout: SizedStructure { static let firstSize = 32 }
extension tng_metadata: SizedStructure { static let firstSize = 56 }
extension tng_encoder_options: SizedStructure { static let firstSize = 72 }
extension tng_decoder_options: SizedStructure { static let firstSize = 72 }
extension tng_info: SizedStructure { static let firstSize = 48 }
extension tng_area: SizedStructure { static let firstSize = 32 }
extension tng_completeness: SizedStructure { static let firstSize = 24 }

extension SizedStructure {
  /// Reads a caller's structure, whose members beyond its size are 0.
  ///
  /// - Throws: if its size is not set, or a member is set that this version does not know.
  init(reading pointer: UnsafePointer<Self>?, _ name: StaticString) throws(Failure) {
    self.init()
    let (source, size) = try Self.bytes(of: pointer, name)
    withUnsafeMutableBytes(of: &self) { known in
      known.copyMemory(from: UnsafeRawBufferPointer(start: source, count: min(size, known.count)))
    }
    for offset in stride(from: MemoryLayout<Self>.size, to: size, by: 1) {
      guard source.load(fromByteOffset: offset, as: UInt8.self) == 0 else {
        throw .argument("\(name) has a member that this version of the library does not know")
      }
    }
  }

  /// Writes all members that the caller's structure has room for; those that this version does not
  /// know become 0.
  func write(to pointer: UnsafeMutablePointer<Self>?, _ name: StaticString) throws(Failure) {
    let (source, size) = try Self.bytes(of: pointer, name)
    write(to: UnsafeMutableRawPointer(mutating: source), size: size)
  }

  /// The same for a structure whose own `struct_size` is not set yet.
  func write(to destination: UnsafeMutableRawPointer, size: Int) {
    var sized = self
    sized.struct_size = size
    withUnsafeBytes(of: sized) { known in
      let count = min(size, known.count)
      destination.copyMemory(from: known.baseAddress!, byteCount: count)
      (destination + count).initializeMemory(as: UInt8.self, repeating: 0, count: size - count)
    }
  }

  private static func bytes(
    of pointer: UnsafePointer<Self>?, _ name: StaticString
  ) throws(Failure) -> (UnsafeRawPointer, size: Int) {
    guard let pointer else { throw .argument("\(name) is NULL") }
    let source = UnsafeRawPointer(pointer)
    let size = source.load(as: Int.self)
    // A size that nobody set is 0, or anything.
    guard (firstSize...4096).contains(size) else {
      throw .argument("the struct_size of \(name) is not set")
    }
    return (source, size)
  }
}
