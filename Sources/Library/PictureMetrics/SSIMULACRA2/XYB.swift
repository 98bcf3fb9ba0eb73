/// Turns light into XYB, as JPEG XL defines it, moved and stretched to about 0 … 1.
///
/// X is the difference of the responses of the cones for long and for middle waves, Y their mean,
/// and B the response for short waves, here without Y.
///
/// - Parameters:
///   - rows: red, green and blue, `stride` values apart; they are replaced by X, Y and B.
///   - count: the values of a row, rounded up to whole vectors.
func convertToXYB(_ rows: UnsafeMutablePointer<Float>, stride: Int, count: Int) {
  let (first, second, third) = (rows, rows + stride, rows + 2 * stride)
  for x in Swift.stride(from: 0, to: count, by: Lanes.scalarCount) {
    let (red, green, blue) = (first.lanes(at: x), second.lanes(at: x), third.lanes(at: x))
    let long = response(red * 0.3 + green * 0.622 + blue * 0.078)
    let middle = response(red * 0.23 + green * 0.692 + blue * 0.078)
    let short = response(red * 0.24342269 + green * 0.20476744 + blue * 0.55180987)
    let luma = 0.5 * (long + middle)
    first.setLanes((long - middle) * 7 + 0.42, at: x)
    second.setLanes(luma + 0.01, at: x)
    third.setLanes((short - luma) + 0.55, at: x)
  }
}

/// What cones make of an amount of light.
@inline(__always)
private func response(_ light: Lanes) -> Lanes {
  let bias: Float = 0.0037930733
  let biasRoot: Float = 0.1559542
  return (light + bias).cubeRoot - biasRoot
}
