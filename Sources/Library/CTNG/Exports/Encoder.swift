// The names are those of tng.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

public import CTNGHeader
import Glibc
import Pixels
import TNG

// The functions of tng.h, which describes them, that encode.

/// What a `tng_encoder` points to.
private final class EncoderHandle: Sendable {
  let encoder: TNGEncoder

  init(_ options: TNGEncoder.Options) { encoder = TNGEncoder(options: options) }
}

/// Sets the defaults of an encoder.
@c @implementation
public func tng_encoder_options_init(
  _ options: UnsafeMutablePointer<tng_encoder_options>?, _ size: Int
) {
  guard let options, size >= tng_encoder_options.firstSize else { return }
  tng_encoder_options.standard.write(to: options, size: size)
}

/// Creates an encoder.
@c @implementation
public func tng_encoder_create(
  _ options: UnsafePointer<tng_encoder_options>?,
  _ encoder: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<tng_error>?
) -> tng_status {
  encoder?.pointee = nil
  return status(error) { () throws(Failure) in
    guard let encoder else { throw .argument("encoder is NULL") }
    let options =
      options == nil ? .standard : try tng_encoder_options(reading: options, "options")
    encoder.pointee = handle(EncoderHandle(try TNGEncoder.Options(options)))
  }
}

/// Frees an encoder.
@c @implementation
public func tng_encoder_free(_ encoder: OpaquePointer?) { free(encoder, EncoderHandle.self) }

/// Encodes a picture.
@c @implementation
public func tng_encoder_encode(
  _ encoder: OpaquePointer?, _ layout: UnsafePointer<tng_layout>?,
  _ samples: UnsafeRawPointer?, _ sampleBytes: Int, _ metadata: UnsafePointer<tng_metadata>?,
  _ file: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?,
  _ size: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<tng_error>?
) -> tng_status {
  file?.pointee = nil
  size?.pointee = 0
  return status(error) { () throws(Failure) in
    let encoder = try object(encoder, EncoderHandle.self, "encoder").encoder
    guard let file, let size else { throw .argument("file or file_size is NULL") }
    guard let samples else { throw .argument("samples is NULL") }
    let layout = try Layout(layout, size: sampleBytes)
    // Before the samples are copied.
    try codec { () throws(TNGError) in
      try encoder.options.limits.check(width: layout.width, height: layout.height)
    }
    let picture = Picture(
      pixels: try PixelBuffer(layout, at: samples), metadata: try Metadata(metadata))
    let bytes = try codec { () throws(TNGError) in try encoder.encode(picture) }
    guard let copy = malloc(bytes.count) else {
      throw .codec(TNGError(.tooMuchMemory, value: UInt64(bytes.count)))
    }
    bytes.withUnsafeBytes { copy.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
    file.pointee = copy.assumingMemoryBound(to: UInt8.self)
    size.pointee = bytes.count
  }
}

/// Frees a file that an encoder has made.
@c @implementation
public func tng_free(_ file: UnsafeMutableRawPointer?) { free(file) }

extension Metadata {
  /// A copy of a caller's metadata; none for NULL.
  fileprivate init(_ pointer: UnsafePointer<tng_metadata>?) throws(Failure) {
    self.init()
    guard pointer != nil else { return }
    let metadata = try tng_metadata(reading: pointer, "metadata")
    let bytes = { (start: UnsafePointer<UInt8>?, count: Int) in
      start.map { [UInt8](UnsafeBufferPointer(start: $0, count: count)) }
    }
    iccProfile = bytes(metadata.icc_profile, metadata.icc_profile_size)
    exif = bytes(metadata.exif, metadata.exif_size)
    xmp = bytes(metadata.xmp, metadata.xmp_size)
  }
}
