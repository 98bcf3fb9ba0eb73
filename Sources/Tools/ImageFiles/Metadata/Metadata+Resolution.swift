internal import Pixels

/// The samples of a printed millimetre.
struct Resolution: Hashable {
  let horizontal: Double
  let vertical: Double

  /// What most programs write when they know none.
  static let usual = Resolution(horizontal: 72 / 25.4, vertical: 72 / 25.4)

  /// Whether it tells nothing: 72 or 96 an inch, or what libvips has where a file says nothing.
  var isUsual: Bool {
    let (across, down) = (horizontal * 25.4, vertical * 25.4)
    let usual: [Double] = [72, 96, 25.4]
    return usual.contains { abs(across - $0) < 0.1 && abs(down - $0) < 0.1 }
  }
}

extension Metadata {
  /// Puts a resolution that a file tells outside EXIF into it, unless it is said there.
  mutating func complete(with resolution: Resolution) {
    guard !resolution.isUsual, resolution.horizontal > 0, resolution.vertical > 0 else { return }
    guard let tree = exif.map(ExifTree.init(block:)) ?? ExifTree(), tree.resolution == nil else {
      return
    }
    exif = tree.adding(resolution).block
  }

  /// The resolution that EXIF tells.
  var resolution: Resolution? { exif.flatMap(ExifTree.init(block:))?.resolution }
}
