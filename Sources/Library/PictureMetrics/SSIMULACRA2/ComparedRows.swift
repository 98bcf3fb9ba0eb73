import CPictureMetrics

/// The rows of two pictures of one size that are at hand while they are compared, in rings, with
/// what the blur keeps of the rows before. All values are 0 at first.
final class ComparedRows: @unchecked Sendable {
  /// How many rows a ring has.
  static let ring = 32

  /// The rows that the blur along columns takes besides those that it makes.
  static let window = Int(TNG_BLUR_BEFORE + TNG_BLUR_AFTER)

  /// What is blurred of each channel: the original, the distorted picture, the squares of both, and
  /// their product.
  static let quantities = 5

  /// The distance of rows of values, which begin and end with zeros.
  let valueStride: Int
  /// The distance of blurred rows.
  let blurredStride: Int
  // SAFETY: threads write to different rows, or different columns of the states.
  private let values: UnsafeMutablePointer<Float>
  private let blurred: UnsafeMutablePointer<Float>
  private let states: UnsafeMutablePointer<Float>

  init(width: Int) {
    blurredStride = (width + Lanes.scalarCount - 1) / Lanes.scalarCount * Lanes.scalarCount
    valueStride = blurredStride + 2 * Self.margin
    values = Self.zeros(Self.ring * 6 * valueStride)
    blurred = Self.zeros(Self.ring * 3 * Self.quantities * blurredStride)
    states = Self.zeros(3 * Self.quantities * Self.stateRows * blurredStride)
  }

  deinit {
    values.deallocate()
    blurred.deallocate()
    states.deallocate()
  }

  /// The memory of all of it, in bytes.
  static func memory(width: Int) -> Int {
    let columnRows = ring * (6 + 3 * quantities) + 3 * quantities * stateRows
    return (width + 3 * margin) * columnRows * MemoryLayout<Float>.stride
  }

  /// The zeros at both ends of a row of values, a vector of them.
  static let margin = Lanes.scalarCount

  private static let stateRows = Int(TNG_BLUR_STATE)

  private static func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: count)
    memory.initialize(repeating: 0, count: count)
    return memory
  }
}

extension ComparedRows {
  /// X, Y and B of the original's row, `valueStride` values apart.
  func original(_ y: Int) -> UnsafeMutablePointer<Float> { valueRow(y, 0) }

  /// X, Y and B of the distorted picture's row.
  func distorted(_ y: Int) -> UnsafeMutablePointer<Float> { valueRow(y, 3) }

  private func valueRow(_ y: Int, _ number: Int) -> UnsafeMutablePointer<Float> {
    values + (y % Self.ring * 6 + number) * valueStride + Self.margin
  }

  /// A row of a quantity of a channel that is blurred along itself.
  func blurred(_ y: Int, channel: Int, quantity: Int) -> UnsafeMutablePointer<Float> {
    blurred + ((y % Self.ring * 3 + channel) * Self.quantities + quantity) * blurredStride
  }

  /// Makes the blurred rows of a row below the picture.
  func clearBlurred(_ y: Int) {
    blurred(y, channel: 0, quantity: 0)
      .update(repeating: 0, count: 3 * Self.quantities * blurredStride)
  }

  /// Blurs some columns of rows of a quantity along columns; the rows must follow those of the call
  /// before.
  func blurColumns(
    _ columns: Range<Int>, of rows: Range<Int>, channel: Int, quantity: Int,
    to output: UnsafeMutablePointer<Float>
  ) {
    let ring = tng_row_ring(
      base: blurred(0, channel: channel, quantity: quantity) + columns.lowerBound,
      stride: 3 * Self.quantities * blurredStride, mask: Self.ring - 1)
    let state =
      states + (channel * Self.quantities + quantity) * Self.stateRows * blurredStride
      + columns.lowerBound
    tng_blur_columns(
      ring, rows.lowerBound, rows.count, columns.count, state, blurredStride, output,
      columns.count)
  }
}
