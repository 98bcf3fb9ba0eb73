package import Neural
public import Pixels

/// How much of a picture people see to be changed, by SSIMULACRA2: 100 for nothing, about 90 where
/// no difference can be seen even when the two flicker, 70 for high and 50 for medium quality; less
/// than 0 for the worst.
///
/// J. Sneyers, "SSIMULACRA 2", version 2.1 (2023), <https://github.com/cloudinary/ssimulacra2>, as
/// in the tool of libjxl, to within 0.1: structure, edges gained and edges lost in the colour space
/// XYB at six scales. Samples are taken as sRGB of 8 bits; alpha is left out, and pixels that are
/// invisible in the original count as equal. It is not symmetric. As there, pictures with a side of
/// under 113 pixels have fewer scales, whose numbers are weighted otherwise. A side of under 8
/// pixels, for which the tool gives no number, is extended to 8 by repeating its last sample.
///
/// The number is the same on every machine, and for every number of threads.
///
/// - Parameter threads: how many threads work on it, at least 1.
/// - Throws: ``MetricError`` when the pictures differ in size or in being grey.
public func ssimulacra2(
  of decoded: PixelBuffer, against original: PixelBuffer, threads: Int = 1
) throws(MetricError) -> Double {
  try checkComparable(decoded, original)
  return Execution(threads: threads).withWorkers { execution in
    ssimulacra2(
      of: decoded.converted(toDepth: 8), against: original.converted(toDepth: 8), execution)
  }
}

/// The same for pictures that are known to agree in size and in being grey, and to have 8 bits a
/// sample.
package func ssimulacra2(
  of decoded: PixelBuffer, against original: PixelBuffer, _ execution: Execution
) -> Double {
  let (decoded, original) = visible(decoded, original)
  var (a, b) = (LinearPicture(original), LinearPicture(decoded))
  var scales: [ScaleNorms] = []
  while true {
    scales.append(ScaleNorms(original: a, distorted: b, execution))
    guard scales.count < scaleCount, min(a.width, a.height) >= minimumSSIMULACRA2Side else { break }
    (a, b) = (a.halved(execution), b.halved(execution))
  }
  return score(of: scales)
}

/// The memory for it, in bytes: for the picture as a whole, and for each thread.
package func ssimulacra2Memory(width: Int, height: Int) -> (base: UInt64, worker: UInt64) {
  let rows = ScaleComparison.memory(width: width)
  // Two pictures of three planes at half the size and at a quarter, which is made of it.
  let halves = UInt64((width + 1) / 2) &* UInt64((height + 1) / 2)
  let planes = halves &* UInt64(2 * 3 * MemoryLayout<Float>.stride) &* 5 / 4
  return (planes + UInt64(rows.base), UInt64(max(rows.worker, LinearPicture.memory(width: width))))
}

/// The least side of a picture, and of a scale that another follows.
let minimumSSIMULACRA2Side = 8

private let scaleCount = 6
