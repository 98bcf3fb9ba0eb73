public import Pixels

/// What a file says of its picture before any pixel is decoded.
public struct PictureInfo: Sendable, Hashable {
  /// The number of columns.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// The samples that decoding gives.
  public let format: PixelFormat
  /// The bits of a sample, 1 … 16.
  public let depth: Int
  /// Whether every sample is kept as it was.
  public let isLossless: Bool
  /// The exact samples; nil if there are none, or if a partial file ends before it says so.
  public let exact: ExactInfo?
  /// What made the latents; nil if there are none, or if a partial file ends before it says so.
  public let model: ModelInfo?
  /// The bytes that the whole file has; nil if a partial file ends before it says so.
  public let byteCount: UInt64?
  /// Colour profile, EXIF and XMP.
  public let metadata: Metadata
}

/// The model and the quality level that a file was made with.
public struct ModelInfo: Sendable, Hashable {
  /// The id of the model.
  public let id: UInt32
  /// That id as people read it: `0x` and eight digits.
  public var idText: String { hexadecimal(id) }
  /// The quality level, 0 for the smallest file.
  public let level: Int
  /// The name of the model, or nil when this decoder does not have it.
  public let name: String?
  /// The number of its levels, or nil when this decoder does not have it.
  public let levelCount: Int?
}

/// The colours that a file keeps as they are.
public struct ExactInfo: Sendable, Hashable {
  /// The number of pixels whose colours are exact, as far as the file tells.
  public let pixels: Int
  /// The bytes that they take.
  public let bytes: Int
}

/// `0x` and eight digits.
func hexadecimal(_ id: UInt32) -> String {
  let digits = String(id, radix: 16)
  return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
}
