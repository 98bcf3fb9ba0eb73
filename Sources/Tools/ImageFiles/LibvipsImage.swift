internal import CVipsShim

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// An image of libvips, owned. An operation gives a new image, or nil when libvips fails.
final class LibvipsImage {
  private let pointer: OpaquePointer

  private init?(_ pointer: OpaquePointer?) {
    guard let pointer else { return nil }
    self.pointer = pointer
  }

  deinit { vips_shim_release(pointer) }

  var width: Int { Int(vips_shim_width(pointer)) }
  var height: Int { Int(vips_shim_height(pointer)) }
  /// The EXIF orientation, 1 … 8.
  var orientation: Int { Int(vips_shim_orientation(pointer)) }
  /// The number of frames, pages or pictures of the file.
  var pageCount: Int { Int(vips_shim_page_count(pointer)) }
  /// The number of samples of a pixel.
  var bands: Int { Int(vips_shim_bands(pointer)) }
  var samples: VipsShimSamples { vips_shim_samples(pointer) }
  /// The sample that is white.
  var white: Int { Int(vips_shim_white(pointer)) }
  var color: VipsShimColor { vips_shim_color(pointer) }
  /// What the file tells outside EXIF; a sample a millimetre where it tells none.
  var resolution: Resolution {
    Resolution(
      horizontal: vips_shim_resolution(pointer, false),
      vertical: vips_shim_resolution(pointer, true))
  }
}

// MARK: - Reading

extension LibvipsImage {
  /// Opens a file and reads its header. The bytes must outlive the image.
  ///
  /// - Parameter forgives: Whether to decode as much of a damaged file as there is.
  convenience init?(opening file: UnsafeRawBufferPointer, forgives: Bool = false) {
    self.init(vips_shim_open(file.baseAddress!, file.count, forgives))
  }

  /// The image decoded into memory of its own.
  func decoded() -> LibvipsImage? { LibvipsImage(vips_shim_decode(pointer)) }

  /// The image turned upright by its orientation.
  func turnedUpright() -> LibvipsImage? { LibvipsImage(vips_shim_turn_upright(pointer)) }

  /// The image in sRGB, as red, green and blue, from grey or RGB with a profile; in 16 bits if it
  /// has those.
  func convertedFromProfile() -> LibvipsImage? { LibvipsImage(vips_shim_profile_to_srgb(pointer)) }

  /// The image with its bands called CMYK.
  func calledCMYK() -> LibvipsImage? { LibvipsImage(vips_shim_call_cmyk(pointer)) }

  /// The image in sRGB, from CMYK.
  func convertedFromCMYK() -> LibvipsImage? { LibvipsImage(vips_shim_cmyk_to_srgb(pointer)) }

  /// The image in sRGB, from a colour space with a definition of its own.
  func convertedFromAbsolute() -> LibvipsImage? {
    LibvipsImage(vips_shim_absolute_to_srgb(pointer))
  }

  /// The samples, interleaved; `Sample` must be what ``samples`` says.
  func copySamples<Sample: BitwiseCopyable>(as type: Sample.Type) -> [Sample]? {
    var length = 0
    guard let bytes = vips_shim_copy_samples(pointer, &length) else { return nil }
    defer { free(bytes) }
    // SAFETY: libvips allocates with an alignment for any type, and `length` is what it wrote.
    let samples = UnsafeRawBufferPointer(start: bytes, count: length).bindMemory(to: type)
    return Array(samples)
  }

  /// A blob of metadata by libvips's name for it.
  func metadata(_ name: String) -> [UInt8]? {
    var length = 0
    guard let bytes = vips_shim_metadata(pointer, name, &length), length > 0 else { return nil }
    return Array(UnsafeRawBufferPointer(start: bytes, count: length))
  }
}

// MARK: - Scaling

extension LibvipsImage {
  /// The image made smaller, to so many columns and rows at most; the shape is kept.
  func shrunk(toWidth width: Int, height: Int) -> LibvipsImage? {
    let bound = { (side: Int) in Int32(min(side, Int(vips_shim_maximum_side))) }
    return LibvipsImage(vips_shim_shrink(pointer, bound(width), bound(height)))
  }
}

// MARK: - Writing

extension LibvipsImage {
  /// An image of samples of 8 bits, or 16 if `isWide`, which must outlive it.
  convenience init?(
    samples: UnsafeRawBufferPointer, isWide: Bool, width: Int, height: Int, bands: Int
  ) {
    self.init(
      vips_shim_from_samples(
        samples.baseAddress!, samples.count, isWide, Int32(width), Int32(height), Int32(bands)))
  }

  /// The image with a resolution for the formats that have a place for one of their own.
  func with(_ resolution: Resolution) -> LibvipsImage? {
    LibvipsImage(vips_shim_set_resolution(pointer, resolution.horizontal, resolution.vertical))
  }

  /// Attaches a blob of metadata under libvips's name for it.
  func setMetadata(_ name: String, _ bytes: [UInt8]) {
    bytes.withUnsafeBytes { vips_shim_set_metadata(pointer, name, $0.baseAddress!, $0.count) }
  }

  /// The image without alpha, blended over white.
  func flattened() -> LibvipsImage? { LibvipsImage(vips_shim_flatten(pointer)) }

  /// The image as a file of the format that `suffix` names, with options in brackets.
  func encoded(as suffix: String) -> [UInt8]? {
    var length = 0
    guard let bytes = vips_shim_encode(pointer, suffix, &length) else { return nil }
    defer { free(bytes) }
    return Array(UnsafeRawBufferPointer(start: bytes, count: length))
  }
}
