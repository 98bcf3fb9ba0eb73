import CTNGHeader
import TNG

/// Why a call did not do what it was asked for.
enum Failure: Error {
  /// The codec says so.
  case codec(TNGError)
  /// The call is wrong; how, as a sentence without its full stop.
  case argument(String)
}

/// Runs a call, and tells the caller how it ended: by the status, and by `details` if it failed.
func status(
  _ details: UnsafeMutablePointer<tng_error>?, of body: () throws(Failure) -> Void
) -> tng_status {
  do throws(Failure) {
    try body()
    return TNG_OK
  } catch {
    let report = tng_error(error)
    // Where nobody asks, or the size is not set, the status alone says it.
    if details != nil { try? report.write(to: details, "error") }
    return report.status
  }
}

/// Runs a part of the codec in a call.
@discardableResult
func codec<Result: ~Copyable>(_ body: () throws(TNGError) -> Result) throws(Failure) -> Result {
  do throws(TNGError) {
    return try body()
  } catch {
    throw .codec(error)
  }
}

extension tng_error {
  fileprivate init(_ failure: Failure) {
    self.init()
    (tile, offset) = (-1, -1)
    switch failure {
    case .argument(let reason):
      status = TNG_ERROR_INVALID_ARGUMENT
      set(message: "The call is wrong: \(reason).")
    case .codec(let error):
      status = tng_status(error.code)
      part = error.part.map { tng_part($0) } ?? TNG_PART_NONE
      tile = error.tile.map { Int64($0) } ?? -1
      offset = error.offset.map { Int64($0) } ?? -1
      value = error.value ?? 0
      bound = error.bound ?? 0
      set(message: error.description)
    }
  }

  /// Sets the message, as much of it as there is room for.
  private mutating func set(message text: String) {
    withUnsafeMutableBytes(of: &message) { bytes in
      var count = 0
      for scalar in text.unicodeScalars {
        let encoded = UTF8.encode(scalar)!
        guard count + encoded.count < bytes.count else { break }
        for byte in encoded {
          bytes[count] = byte
          count += 1
        }
      }
    }
  }
}

extension tng_part {
  init(_ part: TNGError.Part) {
    self =
      switch part {
      case .header: TNG_PART_HEADER
      case .iccProfile: TNG_PART_ICC_PROFILE
      case .exif: TNG_PART_EXIF
      case .xmp: TNG_PART_XMP
      case .chunk: TNG_PART_CHUNK
      case .frame: TNG_PART_FRAME
      case .alpha: TNG_PART_ALPHA
      case .exact: TNG_PART_EXACT
      case .latents: TNG_PART_LATENTS
      }
  }
}

extension tng_status {
  init(_ code: TNGError.Code) {
    self =
      switch code {
      case .notTNG: TNG_ERROR_NOT_TNG
      case .unsupportedVersion: TNG_ERROR_UNSUPPORTED_VERSION
      case .unsupportedFlags: TNG_ERROR_UNSUPPORTED_FLAGS
      case .unsupportedDepth: TNG_ERROR_UNSUPPORTED_DEPTH
      case .unsupportedFrames: TNG_ERROR_UNSUPPORTED_FRAMES
      case .unsupportedChunk: TNG_ERROR_UNSUPPORTED_CHUNK
      case .unsupportedLayer: TNG_ERROR_UNSUPPORTED_LAYER
      case .unsupportedFilter: TNG_ERROR_UNSUPPORTED_FILTER
      case .unknownModel: TNG_ERROR_UNKNOWN_MODEL
      case .truncated: TNG_ERROR_TRUNCATED
      case .sizeOutOfRange: TNG_ERROR_SIZE_OUT_OF_RANGE
      case .levelOutOfRange: TNG_ERROR_LEVEL_OUT_OF_RANGE
      case .malformedNumber: TNG_ERROR_MALFORMED_NUMBER
      case .badChunkType: TNG_ERROR_BAD_CHUNK_TYPE
      case .duplicateChunk: TNG_ERROR_DUPLICATE_CHUNK
      case .unexpectedAlpha: TNG_ERROR_UNEXPECTED_ALPHA
      case .noPicture: TNG_ERROR_NO_PICTURE
      case .checksumMismatch: TNG_ERROR_CHECKSUM_MISMATCH
      case .tileTooShort: TNG_ERROR_TILE_TOO_SHORT
      case .trailingBytes: TNG_ERROR_TRAILING_BYTES
      case .streamEndsEarly: TNG_ERROR_STREAM_ENDS_EARLY
      case .streamInvalid: TNG_ERROR_STREAM_INVALID
      case .streamUnbalanced: TNG_ERROR_STREAM_UNBALANCED
      case .sideTooLong: TNG_ERROR_SIDE_TOO_LONG
      case .tooManyPixels: TNG_ERROR_TOO_MANY_PIXELS
      case .tooMuchMemory: TNG_ERROR_TOO_MUCH_MEMORY
      case .tooMuchMetadata: TNG_ERROR_TOO_MUCH_METADATA
      case .tooManyChunks: TNG_ERROR_TOO_MANY_CHUNKS
      case .outOfTime: TNG_ERROR_OUT_OF_TIME
      case .fileTooLarge: TNG_ERROR_FILE_TOO_LARGE
      case .sizeNotReachable: TNG_ERROR_SIZE_NOT_REACHABLE
      case .psnrNotReachable: TNG_ERROR_PSNR_NOT_REACHABLE
      case .ssimulacra2NotReachable: TNG_ERROR_SSIMULACRA2_NOT_REACHABLE
      case .regionOutside: TNG_ERROR_REGION_OUTSIDE
      case .noSuchModel: TNG_ERROR_NO_SUCH_MODEL
      case .unsupportedModelVersion: TNG_ERROR_UNSUPPORTED_MODEL_VERSION
      case .invalidModel: TNG_ERROR_INVALID_MODEL
      case .cancelled: TNG_ERROR_CANCELLED
      }
  }
}
