import CTNG
import CTNGHeader
import Container
import Models
import Pixels
import TNG

/// Hands a file to the functions of tng.h as a C program does: in pieces, into memory with padded
/// rows, and what comes out back to an encoder.
///
/// Pictures are small, because trained models take seconds under sanitizers.
func checkLibrary(_ bytes: [UInt8]) throws(Contradiction) {
  var input = FuzzInput(bytes)
  let pieceSize = 1 + 16 * input.byte()
  let threads = Int32(input.number(in: 1...2))
  let channels = UInt32(input.number(in: 1...4))
  let isShallow = input.byte() & 1 == 0
  let padding = 2 * input.byte()
  let file = withTrainedModel(sealed(input.rest))

  let decoder = try Decoder(threads: threads)
  var offset = 0
  while offset < file.count {
    let end = min(offset + pieceSize, file.count)
    try decoder.append(Array(file[offset..<end]))
    _ = try decoder.info()
    try decoder.readMetadata()
    offset = end
  }
  guard let info = try decoder.info(), info.width <= maximumSide, info.height <= maximumSide
  else { return }
  let picture = Canvas(
    info, channels: channels, depth: isShallow ? 8 : info.depth, padding: padding)
  let isWhole = try decoder.decode(to: picture)
  if isWhole {
    try compare(picture, file)
    try encodeAgain(picture, threads: threads)
  }
  try decoder.decodePartial(to: picture)
  try checkSmaller(decoder, info, channels: channels, padding: padding, file)
}

private let maximumSide: UInt32 = 64

private func withTrainedModel(_ file: [UInt8]) -> [UInt8] {
  guard let found = try? ContainerFile(parsing: file, allowsPartial: true),
    let frame = found.frames.first, frame.header.layers.contains(.latents),
    let table = frame.layers.first?.tableOffset
  else { return file }
  var result = file
  result.put(ModelLibrary.psnr.id, at: table - 6)
  return sealed(result)
}

/// What the Swift library says of a file must be what the C functions have said.
private func compare(
  _ canvas: Canvas, _ file: [UInt8], scale: DecodingScale = .whole
) throws(Contradiction) {
  let pixels = try? TNGDecoder().decode(file, scale: scale).pixels
  try check(pixels != nil, "the C functions decode what the Swift library refuses")
  guard let pixels, UInt32(pixels.depth) == canvas.layout.depth,
    UInt32(pixels.format.channels) == canvas.layout.format.rawValue
  else { return }
  try check(pixels.bytes == canvas.pixels, "C and Swift decode differently")
}

/// The picture at a half, a quarter or an eighth of its size.
private func checkSmaller(
  _ decoder: Decoder, _ info: tng_info, channels: UInt32, padding: Int, _ file: [UInt8]
) throws(Contradiction) {
  let scale = [DecodingScale.half, .quarter, .eighth][file.count % 3]
  let reduction = UInt32(scale.rawValue)
  try decoder.reduce(by: reduction)
  var reduced = info
  reduced.width = (info.width + reduction - 1) / reduction
  reduced.height = (info.height + reduction - 1) / reduction
  let picture = Canvas(reduced, channels: channels, depth: info.depth, padding: padding)
  if try decoder.decode(to: picture) { try compare(picture, file, scale: scale) }
  try decoder.decodePartial(to: picture)
}

/// A decoded picture is encoded without loss, and decoded again.
private func encodeAgain(_ canvas: Canvas, threads: Int32) throws(Contradiction) {
  var options = tng_encoder_options()
  tng_encoder_options_init(&options, MemoryLayout<tng_encoder_options>.size)
  options.target = TNG_TARGET_LOSSLESS
  options.threads = threads
  var encoder: OpaquePointer?
  try succeed { tng_encoder_create(&options, &encoder, $0) }
  defer { tng_encoder_free(encoder) }
  var (layout, bytes, size) = (canvas.layout, UnsafeMutablePointer<UInt8>?.none, 0)
  try succeed {
    tng_encoder_encode(
      encoder, &layout, canvas.bytes, canvas.bytes.count, nil, &bytes, &size, $0)
  }
  defer { tng_free(bytes) }
  let decoder = try Decoder(threads: threads)
  try decoder.append([UInt8](UnsafeBufferPointer(start: bytes, count: size)))
  let again = Canvas(canvas.layout)
  try check(try decoder.decode(to: again), "what was encoded is not decoded")
  try check(again.pixels == canvas.pixels, "what was encoded without loss is not the same")
}

/// Memory of a caller's for a picture, with a mark in each row's padding.
private final class Canvas {
  let layout: tng_layout
  let rowBytes: Int
  var bytes: [UInt8]
  private static let mark: UInt8 = 7

  convenience init(_ info: tng_info, channels: UInt32, depth: UInt32, padding: Int) {
    let rowBytes = Int(info.width * channels) * (depth > 8 ? 2 : 1)
    self.init(
      tng_layout(
        struct_size: MemoryLayout<tng_layout>.size, width: info.width, height: info.height,
        format: tng_format(channels), depth: depth, stride: rowBytes + padding))
  }

  init(_ layout: tng_layout) {
    self.layout = layout
    rowBytes = Int(layout.width * layout.format.rawValue) * (layout.depth > 8 ? 2 : 1)
    bytes = [UInt8](repeating: Self.mark, count: Int(layout.height) * layout.stride)
  }

  private var rows: [ArraySlice<UInt8>] {
    (0..<Int(layout.height)).map { bytes[$0 * layout.stride..<($0 + 1) * layout.stride] }
  }

  /// The samples without padding.
  var pixels: [UInt8] { rows.flatMap { $0.prefix(rowBytes) } }

  func checkPadding() throws(Contradiction) {
    let isKept = rows.allSatisfy { $0.dropFirst(rowBytes).allSatisfy { $0 == Self.mark } }
    try check(isKept, "a decoder has written into the padding")
  }
}

/// A `tng_decoder`.
private final class Decoder {
  private var pointer: OpaquePointer?

  init(threads: Int32) throws(Contradiction) {
    var options = tng_decoder_options()
    tng_decoder_options_init(&options, MemoryLayout<tng_decoder_options>.size)
    options.threads = threads
    try succeed { tng_decoder_create(&options, &pointer, $0) }
  }

  deinit { tng_decoder_free(pointer) }

  func append(_ bytes: [UInt8]) throws(Contradiction) {
    try succeed { tng_decoder_append(pointer, bytes, bytes.count, $0) }
  }

  /// Nil if the file does not say yet, or is not one.
  func info() throws(Contradiction) -> tng_info? {
    var info = tng_info()
    info.struct_size = MemoryLayout<tng_info>.size
    return try isOK { tng_decoder_read_info(pointer, &info, $0) } ? info : nil
  }

  func readMetadata() throws(Contradiction) {
    var metadata = tng_metadata()
    metadata.struct_size = MemoryLayout<tng_metadata>.size
    guard try isOK({ tng_decoder_read_metadata(pointer, &metadata, $0) }) else { return }
    // Every byte can be read.
    for (start, count) in [
      (metadata.icc_profile, metadata.icc_profile_size), (metadata.exif, metadata.exif_size),
      (metadata.xmp, metadata.xmp_size),
    ] { _ = UnsafeBufferPointer(start: start, count: count).reduce(0, ^) }
  }

  func reduce(by reduction: UInt32) throws(Contradiction) {
    var area = tng_area()
    area.struct_size = MemoryLayout<tng_area>.size
    area.reduction = reduction
    try succeed { tng_decoder_set_area(pointer, &area, $0) }
  }

  func decode(to canvas: Canvas) throws(Contradiction) -> Bool {
    var layout = canvas.layout
    let count = canvas.bytes.count
    let isDecoded = try isOK {
      tng_decoder_decode(pointer, &layout, &canvas.bytes, count, $0)
    }
    try canvas.checkPadding()
    return isDecoded
  }

  func decodePartial(to canvas: Canvas) throws(Contradiction) {
    var (layout, completeness) = (canvas.layout, tng_completeness())
    completeness.struct_size = MemoryLayout<tng_completeness>.size
    let count = canvas.bytes.count
    let isDecoded = try isOK {
      tng_decoder_decode_partial(pointer, &layout, &canvas.bytes, count, &completeness, $0)
    }
    try canvas.checkPadding()
    guard isDecoded else { return }
    try check((0...1).contains(completeness.byte_share), "a share is beyond the whole")
    try check(completeness.whole_tiles <= completeness.tile_count, "too many tiles")
  }
}

/// Makes a call, which may fail, but then says why.
private func isOK(
  _ call: (UnsafeMutablePointer<tng_error>) -> tng_status
) throws(Contradiction) -> Bool {
  var error = tng_error()
  error.struct_size = MemoryLayout<tng_error>.size
  let status = call(&error)
  if status == TNG_OK { return true }
  try check(error.status == status && error.message.0 != 0, "an error without a message")
  try check(tng_status_name(status) != nil, "status \(status.rawValue) has no name")
  return false
}

private func succeed(
  _ call: (UnsafeMutablePointer<tng_error>) -> tng_status
) throws(Contradiction) {
  try check(try isOK(call), "a call fails that cannot")
}
