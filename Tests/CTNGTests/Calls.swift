import CTNG
import CTNGHeader
import Pixels

// The calls of tng.h as a C program makes them, with less ceremony.

/// What a failed call has said.
struct CallError: Error {
  let status: tng_status
  let details: tng_error

  var message: String {
    withUnsafeBytes(of: details.message) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}

/// Makes a call; throws if it fails.
func call(_ body: (UnsafeMutablePointer<tng_error>) -> tng_status) throws(CallError) {
  var error = tng_error()
  error.struct_size = MemoryLayout<tng_error>.size
  let status = body(&error)
  if status != TNG_OK { throw CallError(status: status, details: error) }
}

func layout(_ pixels: PixelBuffer, format: PixelFormat? = nil, stride: Int = 0) -> tng_layout {
  tng_layout(
    struct_size: MemoryLayout<tng_layout>.size, width: UInt32(pixels.width),
    height: UInt32(pixels.height),
    format: tng_format(UInt32((format ?? pixels.format).channels)), depth: 8, stride: stride)
}

func encoderOptions(_ change: (inout tng_encoder_options) -> Void) -> tng_encoder_options {
  var options = tng_encoder_options()
  tng_encoder_options_init(&options, MemoryLayout<tng_encoder_options>.size)
  change(&options)
  return options
}

func decoderOptions(_ change: (inout tng_decoder_options) -> Void) -> tng_decoder_options {
  var options = tng_decoder_options()
  tng_decoder_options_init(&options, MemoryLayout<tng_decoder_options>.size)
  change(&options)
  return options
}

/// A `tng_encoder`.
final class Encoder: @unchecked Sendable {
  // SAFETY: many threads may use it.
  let pointer: OpaquePointer

  init(_ options: tng_encoder_options? = nil) throws(CallError) {
    var pointer: OpaquePointer?
    if var options {
      try call { tng_encoder_create(&options, &pointer, $0) }
    } else {
      try call { tng_encoder_create(nil, &pointer, $0) }
    }
    self.pointer = pointer!
  }

  deinit { tng_encoder_free(pointer) }

  func encode(
    _ samples: [UInt8], _ layout: tng_layout, metadata: UnsafePointer<tng_metadata>? = nil
  ) throws(CallError) -> [UInt8] {
    var (layout, file, size) = (layout, UnsafeMutablePointer<UInt8>?.none, 0)
    try call {
      tng_encoder_encode(
        pointer, &layout, samples, samples.count, metadata, &file, &size, $0)
    }
    defer { tng_free(file) }
    return [UInt8](UnsafeBufferPointer(start: file, count: size))
  }
}

/// A `tng_decoder`.
final class Decoder {
  let pointer: OpaquePointer

  init(_ file: [UInt8] = [], options: tng_decoder_options? = nil) throws(CallError) {
    var pointer: OpaquePointer?
    if var options {
      try call { tng_decoder_create(&options, &pointer, $0) }
    } else {
      try call { tng_decoder_create(nil, &pointer, $0) }
    }
    self.pointer = pointer!
    try append(file)
  }

  deinit { tng_decoder_free(pointer) }

  func append(_ bytes: [UInt8]) throws(CallError) {
    try call { tng_decoder_append(pointer, bytes, bytes.count, $0) }
  }

  func info() throws(CallError) -> tng_info {
    var info = tng_info()
    info.struct_size = MemoryLayout<tng_info>.size
    try call { tng_decoder_read_info(pointer, &info, $0) }
    return info
  }

  func setArea(
    reduction: UInt32 = 1, x: UInt32 = 0, y: UInt32 = 0, width: UInt32 = 0, height: UInt32 = 0
  ) throws(CallError) {
    var area = tng_area(
      struct_size: MemoryLayout<tng_area>.size, reduction: reduction, x: x, y: y, width: width,
      height: height)
    try call { tng_decoder_set_area(pointer, &area, $0) }
  }

  func decode(_ samples: inout [UInt8], _ layout: tng_layout) throws(CallError) {
    var layout = layout
    let count = samples.count
    try call { tng_decoder_decode(pointer, &layout, &samples, count, $0) }
  }

  func decodePartial(
    _ samples: inout [UInt8], _ layout: tng_layout
  ) throws(CallError) -> tng_completeness {
    var (layout, completeness) = (layout, tng_completeness())
    completeness.struct_size = MemoryLayout<tng_completeness>.size
    let count = samples.count
    try call {
      tng_decoder_decode_partial(pointer, &layout, &samples, count, &completeness, $0)
    }
    return completeness
  }
}
