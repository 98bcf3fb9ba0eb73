import Neural
import Pixels

/// The colours of a picture as amounts of light, 0 … 1: three planes of 32-bit floats, or the 8-bit
/// samples from which they are made row by row.
struct LinearPicture {
  /// The number of columns.
  let width: Int
  /// The number of rows.
  let height: Int
  private let storage: Storage

  private enum Storage {
    case samples(PixelBuffer)
    /// Red, green and blue, one plane after the other, row after row.
    case planes(ContiguousArray<Float>)
  }

  /// A picture in sRGB. A side of under 8 pixels is extended to 8 by its last sample.
  init(_ picture: PixelBuffer) {
    width = max(picture.width, minimumSSIMULACRA2Side)
    height = max(picture.height, minimumSSIMULACRA2Side)
    storage = .samples(picture)
  }

  private init(width: Int, height: Int, planes: ContiguousArray<Float>) {
    self.width = width
    self.height = height
    storage = .planes(planes)
  }
}

extension LinearPicture {
  /// Writes some columns of a row: red to `row`, green and blue `stride` values further each.
  ///
  /// - Precondition: the row and the columns are within the picture.
  func copyRow(
    _ y: Int, columns: Range<Int>, to row: UnsafeMutablePointer<Float>, stride: Int
  ) {
    switch storage {
    case .samples(let picture):
      Self.copyLight(of: picture, min(y, picture.height - 1), columns, to: row, stride: stride)
    case .planes(let planes):
      // SAFETY: the columns are within the row, and the row within each of the three planes.
      planes.withUnsafeBufferPointer { planes in
        for color in 0..<3 {
          let start = planes.baseAddress! + (color * height + y) * width + columns.lowerBound
          (row + color * stride).update(from: start, count: columns.count)
        }
      }
    }
  }

  private static func copyLight(
    of picture: PixelBuffer, _ y: Int, _ columns: Range<Int>,
    to row: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let channels = picture.format.channels
    // A grey picture has three equal colours.
    let (green, blue) = picture.format.isGray ? (0, 0) : (1, 2)
    let inside = columns.clamped(to: 0..<picture.width)
    // SAFETY: these columns are within the row, and a sample within the table of 256.
    picture.samples.withUnsafeBufferPointer { samples in
      linearLight.withUnsafeBufferPointer { table in
        var pixel = samples.baseAddress! + (y * picture.width + inside.lowerBound) * channels
        for k in 0..<inside.count {
          row[k] = table[Int(pixel[0])]
          row[k + stride] = table[Int(pixel[green])]
          row[k + 2 * stride] = table[Int(pixel[blue])]
          pixel += channels
        }
      }
    }
    for k in inside.count..<columns.count {
      for start in [0, stride, 2 * stride] { row[start + k] = row[start + inside.count - 1] }
    }
  }
}

// MARK: - Half the size

extension LinearPicture {
  /// The picture at half the size, rounded up: means of 2×2 samples, the last one of an odd side
  /// twice.
  func halved(_ execution: Execution) -> LinearPicture {
    let (outputWidth, outputHeight) = ((width + 1) / 2, (height + 1) / 2)
    let count = outputWidth * outputHeight
    let rowsAtOnce = 16
    let planes = ContiguousArray<Float>(unsafeUninitializedCapacity: 3 * count) {
      planes, initialized in
      // SAFETY: each row of the output is written once, by one thread, before `parallelFor`
      // returns.
      let base = planes.baseAddress!
      execution.parallelFor((outputHeight + rowsAtOnce - 1) / rowsAtOnce) { part, _ in
        let rows = part * rowsAtOnce..<min((part + 1) * rowsAtOnce, outputHeight)
        writeHalved(rows, to: base, stride: count)
      }
      initialized = 3 * count
    }
    return LinearPicture(width: outputWidth, height: outputHeight, planes: planes)
  }

  /// The memory for that in each thread, in bytes, beside the planes.
  static func memory(width: Int) -> Int { 6 * (width + 1) * MemoryLayout<Float>.stride }

  /// Writes rows of the picture at half the size to its planes.
  private func writeHalved(
    _ rows: Range<Int>, to planes: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let outputWidth = (width + 1) / 2
    let evenWidth = 2 * outputWidth
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 6 * evenWidth) { memory in
      let upper = memory.baseAddress!
      let lower = upper + 3 * evenWidth
      for y in rows {
        copyRow(2 * y, columns: 0..<width, to: upper, stride: evenWidth)
        copyRow(min(2 * y + 1, height - 1), columns: 0..<width, to: lower, stride: evenWidth)
        for color in 0..<3 {
          let (first, second) = (upper + color * evenWidth, lower + color * evenWidth)
          if evenWidth > width {
            first[width] = first[width - 1]
            second[width] = second[width - 1]
          }
          let output = planes + color * stride + y * outputWidth
          for x in 0..<outputWidth {
            output[x] =
              ((first[2 * x] + first[2 * x + 1]) + (second[2 * x] + second[2 * x + 1])) * 0.25
          }
        }
      }
    }
  }
}

/// The light of each 8-bit sample of sRGB (IEC 61966-2-1).
private let linearLight: ContiguousArray<Float> = ContiguousArray(
  (0...255).map { sample in
    let value = Double(sample) / 255
    return Float(value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055).raised(to: 2.4))
  })
