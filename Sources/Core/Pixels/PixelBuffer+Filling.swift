extension PixelBuffer {
  /// For each pixel in raster order whether it is invisible: its alpha is 0. Nil if none is.
  ///
  /// - Precondition: the depth is at most 8, here and below.
  package var invisiblePixels: [Bool]? {
    guard format.hasAlpha else { return nil }
    let step = format.channels
    let samples = samples
    let alphas = stride(from: step - 1, to: samples.count, by: step)
    guard alphas.contains(where: { samples[$0] == 0 }) else { return nil }
    return alphas.map { samples[$0] == 0 }
  }

  /// The picture with colours that cost least where it is invisible: those of
  /// ``filled(where:)``.
  package var invisiblyFilled: PixelBuffer {
    invisiblePixels.map { filled(where: $0) } ?? self
  }

  /// The picture with the colours of some pixels from another picture; alpha stays.
  ///
  /// - Precondition: the pictures agree in size and in being grey, and there is one truth a pixel.
  package func replacing(_ isReplaced: [Bool], from other: PixelBuffer) -> PixelBuffer {
    let (step, otherStep) = (format.channels, other.format.channels)
    var samples = samples
    let others = other.samples
    for pixel in 0..<isReplaced.count where isReplaced[pixel] {
      for color in 0..<format.colors {
        samples[pixel * step + color] = others[pixel * otherStep + color]
      }
    }
    return PixelBuffer(width: width, height: height, format: format, samples: samples)
  }

  /// The picture with the colours of pixels that may be anything made a smooth continuation of the
  /// others, which costs a codec least; alpha stays.
  ///
  /// The colours come from means of what is known, over ever larger squares of pixels, blended from
  /// square to square ("pull-push": S. J. Gortler et al., "The Lumigraph", SIGGRAPH 1996). In
  /// integers, so that they are the same on every machine.
  ///
  /// - Precondition: there is one truth a pixel.
  package func filled(where isFree: [Bool]) -> PixelBuffer {
    precondition(isFree.count == width * height, "one truth a pixel")
    var levels = [FillLevel(self, isFree: isFree)]
    while let last = levels.last, last.hasUnknown, last.width > 1 || last.height > 1 {
      levels.append(last.halved)
    }
    for index in levels.indices.dropLast().reversed() {
      levels[index].fill(from: levels[index + 1])
    }
    let (step, colors) = (format.channels, format.colors)
    var samples = samples
    for pixel in 0..<isFree.count where isFree[pixel] {
      for color in 0..<colors {
        let value = levels[0].values[pixel * colors + color]
        samples[pixel * step + color] = UInt8((value + FillLevel.one / 2) / FillLevel.one)
      }
    }
    return PixelBuffer(width: width, height: height, format: format, samples: samples)
  }

  /// The memory that this takes beside the picture and the result, in bytes.
  package static func fillMemory(width: Int, height: Int, format: PixelFormat) -> UInt64 {
    UInt64(width) &* UInt64(height) &* UInt64(2 + 2 * format.colors) &* 3 / 2
  }
}

extension PixelFormat {
  /// The number of samples of a pixel that are not alpha: 1 or 3.
  package var colors: Int { isGray ? 1 : 3 }
}

/// The colours of a picture, or of its squares of 2, 4, 8 … pixels a side, as far as they are
/// known.
private struct FillLevel {
  /// Values are 64 times the samples, so that rounding leaves no steps.
  static let one: UInt16 = 64

  let width: Int
  let height: Int
  private let colors: Int
  private(set) var values: [UInt16]
  private var isKnown: [Bool]

  var hasUnknown: Bool { isKnown.contains(false) }

  init(_ picture: PixelBuffer, isFree: [Bool]) {
    (width, height, colors) = (picture.width, picture.height, picture.format.colors)
    isKnown = isFree.map { !$0 }
    values = [UInt16](repeating: 0, count: isFree.count * colors)
    let (step, samples) = (picture.format.channels, picture.samples)
    for pixel in 0..<isFree.count where isKnown[pixel] {
      for color in 0..<colors {
        values[pixel * colors + color] = UInt16(samples[pixel * step + color]) * Self.one
      }
    }
  }

  private init(width: Int, height: Int, colors: Int) {
    (self.width, self.height, self.colors) = (width, height, colors)
    values = [UInt16](repeating: 0, count: width * height * colors)
    isKnown = [Bool](repeating: false, count: width * height)
  }

  /// The level of squares twice as large: means of those of four that are known.
  var halved: FillLevel {
    var half = FillLevel(width: (width + 1) / 2, height: (height + 1) / 2, colors: colors)
    for row in 0..<half.height {
      let rows = 2 * row..<min(2 * row + 2, height)
      for column in 0..<half.width {
        let columns = 2 * column..<min(2 * column + 2, width)
        var (sums, count) = ((0, 0, 0), 0)
        for y in rows {
          for x in columns where isKnown[y * width + x] {
            let at = (y * width + x) * colors
            sums.0 += Int(values[at])
            if colors == 3 {
              sums.1 += Int(values[at + 1])
              sums.2 += Int(values[at + 2])
            }
            count += 1
          }
        }
        guard count > 0 else { continue }
        let square = row * half.width + column
        half.isKnown[square] = true
        half.values[square * colors] = UInt16((sums.0 + count / 2) / count)
        if colors == 3 {
          half.values[square * colors + 1] = UInt16((sums.1 + count / 2) / count)
          half.values[square * colors + 2] = UInt16((sums.2 + count / 2) / count)
        }
      }
    }
    return half
  }

  /// Gives the unknown squares colours between those of the larger squares around them, by their
  /// distances.
  mutating func fill(from coarse: FillLevel) {
    for y in 0..<height {
      let (near, far) = Self.neighbours(y, coarse.height)
      for x in 0..<width where !isKnown[y * width + x] {
        let (left, right) = Self.neighbours(x, coarse.width)
        for color in 0..<colors {
          let sum =
            9 * coarse.value(near, left, color) + 3 * coarse.value(near, right, color)
            + 3 * coarse.value(far, left, color) + coarse.value(far, right, color)
          values[(y * width + x) * colors + color] = UInt16((sum + 8) / 16)
        }
      }
    }
    isKnown = []
  }

  private func value(_ row: Int, _ column: Int, _ color: Int) -> Int {
    Int(values[(row * width + column) * colors + color])
  }

  /// The larger square that a position is in, and the one beside it that is nearest.
  private static func neighbours(_ position: Int, _ count: Int) -> (Int, Int) {
    let own = position / 2
    return (own, min(max(own + (position % 2 == 0 ? -1 : 1), 0), count - 1))
  }
}
