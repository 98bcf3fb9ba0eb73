internal import CVipsShim

/// A file that lacks its last bytes, as downloads and cameras that lose power leave it.
///
/// Other programs show such a picture. It is read if no more than the last row of blocks is
/// damaged; what lacks more is an error.
struct CutFile {
  private let file: [UInt8]
  /// Whether the decoder forgives damaged rows; that of PNG reports them.
  let isJPEG: Bool

  /// Takes a file of a format that can be mended and that does not have its end.
  init?(_ file: [UInt8], loader: String) {
    isJPEG = loader == "VipsForeignLoadJpeg"
    guard isJPEG ? !file.suffix(2).elementsEqual([0xFF, 0xD9]) : loader == "VipsForeignLoadPng"
    else { return nil }
    self.file = file
  }

  /// The file with an end, and the number of damaged rows; nil when too much is missing.
  func mended() -> (file: [UInt8], rows: Int)? {
    isJPEG ? mendedJPEG() : (PNGFile(file: file)?.mended).map { ($0, 0) }
  }

  /// The decoder of JPEG does not tell where its bytes ended. But what it makes of two different
  /// ends is the same down to there.
  private func mendedJPEG() -> (file: [UInt8], rows: Int)? {
    guard let container = JPEGFile(file: file), container.endsInLastScan else { return nil }
    let whole = file.reversed().drop { $0 == 0xFF }.reversed()
    let ends = [[], [UInt8](repeating: 0x5A, count: 64)].map { whole + $0 + [0xFF, 0xD9] }
    guard let (first, height) = decoded(ends[0]), let (second, _) = decoded(ends[1]),
      first.count == second.count
    else { return nil }
    let same = zip(first, second).enumerated().first { $1.0 != $1.1 }?.offset ?? first.count
    let damaged = height - same * height / first.count
    return damaged <= Self.blockRows ? (ends[0], damaged) : nil
  }

  /// A row of blocks with chroma of half the height, and one row more that interpolation reaches.
  private static let blockRows = 17

  private func decoded(_ file: [UInt8]) -> (samples: [UInt8], height: Int)? {
    let image = try? withLibvips(failure: ImageFileError.damaged) {
      file.withUnsafeBytes { bytes in
        let image = LibvipsImage(opening: bytes, forgives: true)
        return image?.copySamples(as: UInt8.self).map { ($0, image!.height) }
      }
    }
    return image
  }
}
