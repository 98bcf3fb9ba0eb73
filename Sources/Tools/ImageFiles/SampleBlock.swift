/// Interleaved samples of 8 or 16 bits on the way to a picture.
struct SampleBlock<Sample: FixedWidthInteger & UnsignedInteger> {
  private(set) var samples: [Sample]
  /// The number of samples of a pixel.
  private(set) var bands: Int
  /// The sample that is white, and of alpha, opaque.
  let white: Int

  init(_ samples: [Sample], bands: Int, white: Int) {
    self.samples = samples
    self.bands = bands
    self.white = white
  }

  /// Keeps some of the bands, in their order.
  mutating func keep(_ kept: [Int]) {
    guard kept.count < bands else { return }
    var count = 0
    for pixel in stride(from: 0, to: samples.count, by: bands) {
      // In place: what is kept never moves behind where it was, as bands are kept in their order.
      for band in kept {
        samples[count] = samples[pixel + band]
        count += 1
      }
    }
    samples.removeLast(samples.count - count)
    bands = kept.count
  }

  /// Divides colours by alpha, the last band, each rounded to the nearest; under an alpha of 0 they
  /// become 0.
  mutating func divideByAlpha() {
    for pixel in stride(from: 0, to: samples.count, by: bands) {
      let alpha = Int(samples[pixel + bands - 1])
      for band in pixel..<pixel + bands - 1 {
        let color = alpha == 0 ? 0 : (Int(samples[band]) * white + alpha / 2) / alpha
        samples[band] = Sample(min(color, white))
      }
    }
  }

  /// Converts luma and chroma to red, green and blue (IEC 61966-2-1, amendment 1: sYCC), each
  /// rounded to the nearest.
  mutating func convertFromYCC() {
    let middle = (white + 1) / 2
    for pixel in stride(from: 0, to: samples.count, by: bands) {
      let luma = Double(samples[pixel])
      let blue = Double(Int(samples[pixel + 1]) - middle)
      let red = Double(Int(samples[pixel + 2]) - middle)
      set(pixel, luma + 1.402 * red)
      set(pixel + 1, luma - 0.344136 * blue - 0.714136 * red)
      set(pixel + 2, luma + 1.772 * blue)
    }
  }

  /// Sets a sample to the nearest whole number of 0 … white.
  mutating func set(_ index: Int, _ value: Double) {
    samples[index] = Sample(min(max(value.rounded(), 0), Double(white)))
  }

  /// The bits of a sample, 9 … 16, if white is the largest of so many and no sample is above it.
  var depth: Int? {
    let depth = white.bitWidth - white.leadingZeroBitCount
    guard (9...16).contains(depth), white == 1 << depth - 1 else { return nil }
    return samples.allSatisfy { $0 <= white } ? depth : nil
  }

  /// The samples of 0 … white as 0 … 255, each rounded to the nearest.
  var reduced: [UInt8] {
    if let bytes = samples as? [UInt8], white == 255 { return bytes }
    return samples.map { UInt8((min(Int($0), white) * 255 + white / 2) / white) }
  }
}
