import Container
import Pixels
import TNG
import TestSupport

/// The files that every decoder must read.
func soundFiles(_ models: ConformanceModels) throws -> [(name: String, bytes: [UInt8])] {
  var files: [(name: String, bytes: [UInt8])] = []
  func add(_ name: String, _ picture: Picture, level: Int = 31) throws {
    files.append(("\(name).tng", try models.encoded(picture, level: level)))
  }
  for (width, height) in [
    (1, 40), (40, 1), (2, 3), (15, 17), (16, 16), (64, 64), (65, 129),
  ] {
    try add("size-\(width)x\(height)", testPicture(width: width, height: height))
  }
  for format in PixelFormat.allCases {
    try add("format-\(format)", testPicture(width: 33, height: 21, format: format))
    try add("format-\(format)-1x1", testPicture(width: 1, height: 1, format: format))
  }
  for level in [0, 9, 47, 63] {
    try add("level-\(level)", testPicture(width: 24, height: 18), level: level)
  }
  for tuning in Tuning.allCases {
    let picture = testPicture(width: 65, height: 40, format: .rgba)
    files.append(("model-\(tuning.rawValue).tng", try encoded(picture, tuning: tuning)))
  }
  for format in PixelFormat.allCases {
    let picture = testPicture(width: 33, height: 21, format: format)
    files.append(("lossless-\(format).tng", try losslessly(picture)))
  }
  for depth in [1, 10, 16] {
    let picture = widePicture(width: 33, height: 21, format: .rgba, depth: depth)
    files.append(("lossless-depth-\(depth).tng", try losslessly(picture)))
  }
  files.append(
    ("lossless-tiles-2x1.tng", try losslessly(testPicture(width: 1025, height: 9, format: .rgba))))
  files.append(("lossless-noise.tng", try losslessly(noisePicture(format: .rgb))))
  for format in PixelFormat.allCases {
    let picture = mixedPicture(width: 150, height: 90, format: format)
    files.append(("mixed-\(format).tng", try models.encoded(picture, graphics: .auto)))
  }
  let wide = mixedPicture(width: 1090, height: 70)
  files.append(("mixed-tiles-2x1.tng", try models.encoded(wide, graphics: .auto)))
  try add("alpha-opaque", opaquePicture())
  try add("alpha-noise", noisePicture(format: .rgba), level: 63)
  try add("noise-level-0", noisePicture(format: .rgb), level: 0)
  try add("noise-level-63", noisePicture(format: .rgb), level: 63)
  try add("tiles-2x1", testPicture(width: 1040, height: 20))
  try add("tiles-1x2", testPicture(width: 20, height: 1040, format: .gray))
  try add("tiles-2x1-alpha", testPicture(width: 1025, height: 9, format: .grayAlpha))
  files.append(
    (
      "lossless-tiles-2x2.tng",
      try losslessly(testPicture(width: 1025, height: 1025, format: .gray))
    ))
  try add("tiles-2x1-alpha-in-one", halfOpaquePicture())
  try add("metadata", pictureWithMetadata())
  files.append(("chunk-unknown-optional.tng", try withUnknownChunk(models)))
  return files
}

/// A picture whose alpha is 255 everywhere: the header says so, and there is no layer.
private func opaquePicture() -> Picture {
  Picture(
    pixels: PixelBuffer(
      width: 9, height: 5, format: .rgba,
      samples: (0..<45).flatMap { [UInt8($0), 200, UInt8(5 * $0), 255] }))
}

/// A picture of two tiles, of which the first is opaque.
private func halfOpaquePicture() -> Picture {
  var samples = [UInt8](repeating: 255, count: 2 * 1030 * 2)
  for index in stride(from: 2050, to: 2060, by: 2) { samples[index + 1] = UInt8(index & 63) }
  return Picture(
    pixels: PixelBuffer(width: 1030, height: 2, format: .grayAlpha, samples: samples))
}

/// Black and white by chance, the hardest to predict: values outside the tables, too.
private func noisePicture(format: PixelFormat) -> Picture {
  var state: UInt32 = 1
  let samples = (0..<48 * 40 * format.channels).map { _ -> UInt8 in
    state = state &* 1_664_525 &+ 1_013_904_223
    return state >> 31 == 1 ? 255 : 0
  }
  return Picture(pixels: PixelBuffer(width: 48, height: 40, format: format, samples: samples))
}

func pictureWithMetadata() -> Picture {
  var picture = testPicture(width: 20, height: 12)
  picture.metadata = Metadata(
    iccProfile: [UInt8](0..<200), exif: Array("II*\0".utf8) + [8, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    xmp: Array("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>".utf8))
  return picture
}

private func withUnknownChunk(_ models: ConformanceModels) throws -> [UInt8] {
  var parts = try FileParts(models.encoded(testPicture(width: 20, height: 12)))
  parts.chunks.insert((type: ChunkType(rawValue: UInt8(ascii: "z")), payload: [1, 2, 3]), at: 0)
  return parts.file
}
