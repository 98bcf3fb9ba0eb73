#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

extension SampleBlock {
  /// Converts CIE L*a*b* to sRGB, each sample rounded to the nearest. White is D50, as in ICC
  /// profiles; what sRGB does not have is clipped.
  mutating func convertFromLab(_ coding: TIFFFile.Lab) {
    let toRGB = Chromaticities.sRGB.fromD50!.map { SIMD3($0) }
    let white50 = SIMD3(ICCProfile.d50)
    // A byte is a whole step of a* and b*; 16 bits have 8 behind the point.
    let step = Double(white + 1) / 256
    let lightness = coding == .offset && white > 255 ? 65280 : Double(white)
    for pixel in stride(from: 0, to: samples.count, by: bands) {
      let l = (100 * Double(samples[pixel]) / lightness + 16) / 116
      let a = opponent(samples[pixel + 1], coding) / step / 500
      let b = opponent(samples[pixel + 2], coding) / step / 200
      let xyz = white50 * SIMD3(Self.light(l + a), Self.light(l), Self.light(l - b))
      for band in 0..<3 {
        set(pixel + band, Double(white) * Self.encoded((toRGB[band] * xyz).sum()))
      }
    }
  }

  private func opponent(_ sample: Sample, _ coding: TIFFFile.Lab) -> Double {
    let middle = (white + 1) / 2
    let value = Int(sample)
    switch coding {
    case .signed: return Double(value < middle ? value : value - white - 1)
    case .offset: return Double(value - middle)
    }
  }

  /// The inverse of the curve of L*a*b* (CIE 015:2018, 8.2.1).
  private static func light(_ value: Double) -> Double {
    value > 6 / 29 ? value * value * value : 3 * (6 / 29) * (6 / 29) * (value - 4 / 29)
  }

  /// Light of 0 … 1 as a sample of sRGB, 0 … 1.
  private static func encoded(_ light: Double) -> Double {
    light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055
  }
}
