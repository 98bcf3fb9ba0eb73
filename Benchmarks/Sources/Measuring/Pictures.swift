public import Pixels

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The pictures of a folder of PPM files, in the order of their names.
///
/// The environment variable `BENCHMARK_PICTURES` names the folder that holds the folder;
/// `Scripts/benchmark` makes it.
public func pictures(_ folder: String) throws -> [PixelBuffer] {
  guard let root = ProcessInfo.processInfo.environment["BENCHMARK_PICTURES"] else {
    throw PictureError.noFolder
  }
  let path = "\(root)/\(folder)"
  let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  return try names.map { name in
    try PixelBuffer(parsingPPM: try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
  }
}

/// Why there are no pictures.
enum PictureError: Error {
  /// `BENCHMARK_PICTURES` is not set: run the benchmarks by `make benchmark`.
  case noFolder
  /// The file is not a binary PPM file of 8-bit samples without comments.
  case notPPM
}

extension PixelBuffer {
  /// Parses a binary PPM file of 8-bit samples.
  fileprivate init(parsingPPM file: Data) throws {
    let fields = file.split(maxSplits: 4, omittingEmptySubsequences: false) { $0 == 10 || $0 == 32 }
    let texts = fields.prefix(4).map { String(decoding: $0, as: UTF8.self) }
    guard fields.count == 5, texts[0] == "P6", texts[3] == "255", let width = Int(texts[1]),
      let height = Int(texts[2]), min(width, height) > 0,
      fields[4].count == 3 * width * height
    else { throw PictureError.notPPM }
    self.init(width: width, height: height, format: .rgb, samples: Array(fields[4]))
  }
}
