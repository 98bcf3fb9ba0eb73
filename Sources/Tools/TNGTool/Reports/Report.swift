import Foundation

/// Prints a report on standard output, with a line end.
///
/// - Throws: ``FileFailure`` when standard output does not take it.
func printReport(_ text: String) throws {
  guard !text.isEmpty else { return }
  do {
    try writeAll(SystemText.bytes(text + "\n"), to: STDOUT_FILENO)
  } catch {
    throw FileFailure(error).of("standard output")
  }
}

/// A report as JSON, its keys in alphabetical order.
func jsonText(_ report: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return SystemText.unicode(String(decoding: try encoder.encode(report), as: UTF8.self))
}

/// A number with a fixed number of decimals, 1 or more.
func fixed(_ number: Double, decimals: Int) -> String {
  String(format: "%.\(decimals)f", number)
}

/// The rate of a file.
func bitsPerPixel(byteCount: Int, width: Int, height: Int) -> Double {
  8 * Double(byteCount) / Double(width * height)
}
