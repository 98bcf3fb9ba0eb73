package import Pixels

extension PixelBuffer {
  /// The picture with its exact blocks painted over by a smooth continuation of what is around
  /// them, which costs the latents least.
  ///
  /// Means of ever larger squares of known pixels, and then the unknown ones from the finest scale
  /// at which something is known, by linear interpolation (pull–push, Gortler et al. 1996).
  ///
  /// - Complexity: O(*n*), where *n* is the number of pixels.
  package func continued(over blocks: BlockMap) -> PixelBuffer {
    let coarse = Scale(means(beside: blocks))
    var samples = samples
    let (channels, colors) = (format.channels, format.isGray ? 1 : 3)
    for row in 0..<height {
      for column in 0..<width where blocks.covers(row: row, column: column) {
        let pixel = (row * width + column) * channels
        for color in 0..<colors {
          let value = coarse.interpolated(row: row, column: column, color: color)
          samples[pixel + color] = UInt8((value + Scale.one / 2) / Scale.one)
        }
      }
    }
    return PixelBuffer(width: width, height: height, format: format, samples: samples)
  }

  /// The means of squares of 2×2 pixels, of those that are in no exact block.
  private func means(beside blocks: BlockMap) -> Scale {
    let colors = format.isGray ? 1 : 3
    return Scale(halving: (height, width), colors: colors) { row, column, sums in
      guard !blocks.covers(row: row, column: column) else { return false }
      let pixel = (row * width + column) * format.channels
      for color in 0..<colors { sums[color] += Int(samples[pixel + color]) * Scale.one }
      return true
    }
  }
}

/// The picture at half the size of another scale.
private struct Scale {
  static let one = 64

  let rows: Int
  let columns: Int
  let colors: Int
  var values: [UInt16]
  var isKnown: [Bool]

  /// - Parameter add: adds the values of a position to the sums, if it is known.
  init(
    halving size: (rows: Int, columns: Int), colors: Int,
    add: (_ row: Int, _ column: Int, _ sums: inout [Int]) -> Bool
  ) {
    (rows, columns) = ((size.rows + 1) / 2, (size.columns + 1) / 2)
    self.colors = colors
    values = [UInt16](repeating: 0, count: rows * columns * colors)
    isKnown = [Bool](repeating: false, count: rows * columns)
    var sums = [Int](repeating: 0, count: colors)
    for row in 0..<rows {
      for column in 0..<columns {
        var known = 0
        for color in 0..<colors { sums[color] = 0 }
        for y in 2 * row..<min(2 * row + 2, size.rows) {
          for x in 2 * column..<min(2 * column + 2, size.columns) where add(y, x, &sums) {
            known += 1
          }
        }
        guard known > 0 else { continue }
        let place = row * columns + column
        isKnown[place] = true
        for color in 0..<colors {
          values[place * colors + color] = UInt16((sums[color] + known / 2) / known)
        }
      }
    }
  }

  /// Fills in what is unknown of a scale from the coarser ones.
  init(_ scale: Scale) {
    self = scale
    guard rows > 1 || columns > 1, isKnown.contains(false) else { return }
    let half = Scale(halving: (rows, columns), colors: colors) { row, column, sums in
      let place = row * scale.columns + column
      guard scale.isKnown[place] else { return false }
      for color in 0..<scale.colors { sums[color] += Int(scale.values[place * scale.colors + color]) }
      return true
    }
    let coarse = Scale(half)
    for row in 0..<rows {
      for column in 0..<columns where !isKnown[row * columns + column] {
        for color in 0..<colors {
          values[(row * columns + column) * colors + color] = UInt16(
            coarse.interpolated(row: row, column: column, color: color))
        }
      }
    }
  }

  /// The value at a position of the scale of twice this size.
  func interpolated(row: Int, column: Int, color: Int) -> Int {
    // Centres lie a quarter beside those of the coarser squares.
    let (top, left) = (row / 2, column / 2)
    let beside = (
      row: min(max(top + (row % 2) * 2 - 1, 0), rows - 1),
      column: min(max(left + (column % 2) * 2 - 1, 0), columns - 1)
    )
    let value = { (row: Int, column: Int) in Int(values[(row * columns + column) * colors + color]) }
    return
      (9 * value(top, left) + 3 * value(top, beside.column) + 3 * value(beside.row, left)
      + value(beside.row, beside.column) + 8) / 16
  }
}

extension PixelSink {
  /// Copies the colours of exact blocks from a picture of the sink's size and format.
  package func copy(_ blocks: BlockMap, of pixels: PixelBuffer) {
    let (channels, colors) = (format.channels, format.isGray ? 1 : 3)
    for row in 0..<height {
      let to = self.row(row)
      for column in 0..<width where blocks.covers(row: row, column: column) {
        for sample in column * channels..<column * channels + colors {
          to[sample] = pixels.samples[row * width * channels + sample]
        }
      }
    }
  }
}
