import Pixels

/// One colour of a picture as numbers, row after row: what MS-SSIM computes on.
struct SamplePlane {
  /// The number of columns.
  let width: Int
  /// The number of rows.
  let height: Int
  /// `width * height` samples.
  var samples: ContiguousArray<Double>
}

extension SamplePlane {
  /// One colour of a picture.
  init(_ picture: PixelBuffer, color: Int) {
    width = picture.width
    height = picture.height
    let interleaved = picture.samples
    samples = ContiguousArray(
      stride(from: color, to: interleaved.count, by: picture.format.channels)
        .lazy.map { Double(interleaved[$0]) })
  }

  /// The products of the samples of two planes of one size.
  static func * (a: SamplePlane, b: SamplePlane) -> SamplePlane {
    SamplePlane(
      width: a.width, height: a.height,
      samples: ContiguousArray(zip(a.samples, b.samples).lazy.map { $0 * $1 }))
  }
}

// MARK: - Filters

extension SamplePlane {
  /// The plane filtered by `taps` along rows and columns, at the positions where all of the window
  /// is inside: `taps.count - 1` columns and rows fewer.
  func filtered(by taps: [Double]) -> SamplePlane {
    filteredRows(by: taps).filteredColumns(by: taps)
  }

  private func filteredRows(by taps: [Double]) -> SamplePlane {
    let outputWidth = width - taps.count + 1
    var output = ContiguousArray<Double>(repeating: 0, count: outputWidth * height)
    for y in 0..<height {
      for (offset, tap) in taps.enumerated() {
        addMultiple(
          tap, of: samples[(y * width + offset)...].prefix(outputWidth),
          to: &output, at: y * outputWidth)
      }
    }
    return SamplePlane(width: outputWidth, height: height, samples: output)
  }

  private func filteredColumns(by taps: [Double]) -> SamplePlane {
    let outputHeight = height - taps.count + 1
    var output = ContiguousArray<Double>(repeating: 0, count: width * outputHeight)
    for y in 0..<outputHeight {
      for (offset, tap) in taps.enumerated() {
        addMultiple(
          tap, of: samples[((y + offset) * width)...].prefix(width), to: &output, at: y * width)
      }
    }
    return SamplePlane(width: width, height: outputHeight, samples: output)
  }

  /// The plane at half the size: means of 2×2 samples.
  ///
  /// A side of odd length gets a row or column of zeros before its first one, as in PyTorch's
  /// `avg_pool2d` with `padding=1`, on which the common implementation of MS-SSIM is built.
  func halved() -> SamplePlane {
    let (left, top) = (width % 2, height % 2)
    let (outputWidth, outputHeight) = ((width + 1) / 2, (height + 1) / 2)
    var output = ContiguousArray<Double>(repeating: 0, count: outputWidth * outputHeight)
    for y in 0..<height {
      let row = (y + top) / 2 * outputWidth
      for x in 0..<width {
        output[row + (x + left) / 2] += samples[y * width + x] / 4
      }
    }
    return SamplePlane(width: outputWidth, height: outputHeight, samples: output)
  }
}

/// Adds `factor * input[k]` to `output[start + k]` for each k.
private func addMultiple(
  _ factor: Double, of input: ContiguousArray<Double>.SubSequence,
  to output: inout ContiguousArray<Double>,
  at start: Int
) {
  let source = input.span
  var target = output.mutableSpan
  for k in 0..<source.count {
    target[start + k] += factor * source[k]
  }
}
