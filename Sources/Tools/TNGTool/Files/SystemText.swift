import Foundation

/// Names as the system has them, in text that keeps every byte.
///
/// A name in a file system is bytes, of any or no encoding. Text holds those that are not UTF-8 as
/// characters of private use, U+10FF00 to U+10FFFF; a name that has such characters itself keeps
/// their bytes in the same way, so that no two names become one.
enum SystemText {
  private static let base: UInt32 = 0x10FF00

  /// The text for the bytes of a name.
  static func text(_ bytes: some Sequence<UInt8>) -> String {
    var text = String.UnicodeScalarView()
    var rest = Array(bytes)[...]
    while let first = rest.first {
      var iterator = rest.prefix(4).makeIterator()
      var decoder = UTF8()
      if case .scalarValue(let scalar) = decoder.decode(&iterator), scalar.value < base {
        text.append(scalar)
        rest = rest.dropFirst(UTF8.width(scalar))
      } else {
        text.append(UnicodeScalar(base + UInt32(first))!)
        rest = rest.dropFirst()
      }
    }
    return String(text)
  }

  /// The bytes that text was made of.
  static func bytes(_ text: String) -> [UInt8] {
    text.unicodeScalars.flatMap { scalar in
      scalar.value >= base ? [UInt8(scalar.value - base)] : Array(UTF8.encode(scalar)!)
    }
  }

  /// Text as formats have it that must be UTF-8, such as JSON: bytes that are not become U+FFFD.
  static func unicode(_ text: String) -> String { String(decoding: bytes(text), as: UTF8.self) }

  /// The arguments of the program, without its name.
  static var arguments: [String] {
    (1..<Int(CommandLine.argc)).compactMap { CommandLine.unsafeArgv[$0] }.map { argument in
      let bytes = UnsafeBufferPointer(start: argument, count: strlen(argument))
      return text(bytes.map(UInt8.init(bitPattern:)))
    }
  }
}

/// Gives the C library the bytes of a path.
func withPath<Result>(_ path: String, _ body: (UnsafePointer<CChar>) throws -> Result) rethrows
  -> Result
{
  let bytes = SystemText.bytes(path).map(CChar.init(bitPattern:)) + [0]
  return try bytes.withUnsafeBufferPointer { try body($0.baseAddress!) }
}
