package import Bytes

/// A way in which the tiles of a picture are coded: Format.md, section 3. The raw values are the
/// bits that announce it in a frame's header, and the order in a frame.
package enum LayerKind: UInt8, Sendable, Hashable, CaseIterable {
  case alpha
  case exact
  case latents

  /// What errors call it.
  package var part: FilePart {
    switch self {
    case .alpha: .alpha
    case .exact: .exact
    case .latents: .latents
    }
  }
}

/// What belongs to one picture of a file: Format.md, section 2.
package struct FrameHeader: Sendable, Hashable {
  /// The layers that follow, in their order.
  package var layers: [LayerKind]
  /// The id of the model of the latents; 0 if there are none.
  package var modelID: UInt32
  /// The quality level of the latents, 0 … 127; 0 if there are none.
  package var level: UInt8

  /// The byte that begins a frame.
  package static let mark = UInt8(ascii: "F")
  /// The number of levels that the format has.
  package static let levelCount = 128

  package init(layers: [LayerKind], modelID: UInt32 = 0, level: UInt8 = 0) {
    self.layers = layers
    self.modelID = modelID
    self.level = level
  }

  /// Reads a header, whose mark the caller has seen. ``serialized`` is the inverse.
  package init(parsing reader: inout ByteReader, of canvas: FileHeader) throws(FormatError) {
    let start = reader.offset
    _ = try reader.u8()
    let bits = try reader.u8()
    layers = LayerKind.allCases.filter { bits >> $0.rawValue & 1 == 1 }
    guard bits >> UInt8(LayerKind.allCases.count) == 0 else {
      throw FormatError(.unsupportedLayer, in: .frame, offset: start + 1, value: UInt64(bits))
    }
    guard layers.contains(.latents) || layers.contains(.exact) else {
      throw FormatError(.noPicture, in: .frame, offset: start + 1)
    }
    guard canvas.hasAlpha || !layers.contains(.alpha) else {
      throw FormatError(.unexpectedAlpha, in: .frame, offset: start + 1)
    }
    (modelID, level) = (0, 0)
    guard layers.contains(.latents) else { return }
    guard canvas.depth == 8 else {
      throw FormatError(
        .unsupportedDepth, in: .frame, offset: start + 1, value: UInt64(canvas.depth))
    }
    try readLatents(&reader)
  }

  private mutating func readLatents(_ reader: inout ByteReader) throws(FormatError) {
    modelID = try reader.u32()
    level = try reader.u8()
    guard level < Self.levelCount else {
      throw FormatError(
        .levelOutOfRange, in: .frame, offset: reader.offset - 1, value: UInt64(level))
    }
    let filter = try reader.u8()
    guard filter == 0 else {
      throw FormatError(
        .unsupportedFilter, in: .frame, offset: reader.offset - 1, value: UInt64(filter))
    }
  }

  /// The bytes of the header.
  package var serialized: [UInt8] {
    var bytes = [Self.mark, layers.reduce(UInt8(0)) { $0 | 1 << $1.rawValue }]
    if layers.contains(.latents) {
      bytes.append(u32: modelID)
      bytes += [level, 0]
    }
    return bytes
  }
}
