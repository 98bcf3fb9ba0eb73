// The names are those of tng.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

public import CTNGHeader
import Pixels
import TNG

// The functions of tng.h, which describes them, that decode.

/// What a `tng_decoder` points to: used by one thread at a time.
private final class DecoderHandle {
  let decoder: TNGDecoder
  /// What has come of the file.
  var bytes: [UInt8] = []
  /// What to decode of it.
  var area = Area()
  /// What ``tng_decoder_read_metadata(_:_:_:)`` has given away.
  var metadata: LentMetadata?

  init(_ options: TNGDecoder.Options) { decoder = TNGDecoder(options: options) }
}

/// Sets the defaults of a decoder.
@c @implementation
public func tng_decoder_options_init(
  _ options: UnsafeMutablePointer<tng_decoder_options>?, _ size: Int
) {
  guard let options, size >= tng_decoder_options.firstSize else { return }
  tng_decoder_options.standard.write(to: options, size: size)
}

/// Whether bytes begin as TNG files do.
@c @implementation
public func tng_recognizes(_ bytes: UnsafeRawPointer?, _ size: Int) -> Bool {
  guard let bytes, size > 0 else { return false }
  return TNGDecoder.recognizes([UInt8](UnsafeRawBufferPointer(start: bytes, count: min(size, 4))))
}

/// Creates a decoder.
@c @implementation
public func tng_decoder_create(
  _ options: UnsafePointer<tng_decoder_options>?,
  _ decoder: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<tng_error>?
) -> tng_status {
  decoder?.pointee = nil
  return status(error) { () throws(Failure) in
    guard let decoder else { throw .argument("decoder is NULL") }
    let options =
      options == nil ? .standard : try tng_decoder_options(reading: options, "options")
    decoder.pointee = handle(DecoderHandle(try TNGDecoder.Options(options)))
  }
}

/// Frees a decoder.
@c @implementation
public func tng_decoder_free(_ decoder: OpaquePointer?) { free(decoder, DecoderHandle.self) }

/// Forgets the file.
@c @implementation
public func tng_decoder_reset(_ decoder: OpaquePointer?) {
  guard let handle = try? object(decoder, DecoderHandle.self, "decoder") else { return }
  handle.bytes = []
  handle.area = Area()
  handle.metadata = nil
}

/// Appends bytes of the file.
@c @implementation
public func tng_decoder_append(
  _ decoder: OpaquePointer?, _ bytes: UnsafeRawPointer?, _ size: Int,
  _ error: UnsafeMutablePointer<tng_error>?
) -> tng_status {
  status(error) { () throws(Failure) in
    let handle = try object(decoder, DecoderHandle.self, "decoder")
    guard bytes != nil || size == 0, size >= 0 else { throw .argument("bytes is NULL") }
    handle.metadata = nil
    handle.bytes.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: size))
  }
}

/// Reads what the file says of its picture.
@c @implementation
public func tng_decoder_read_info(
  _ decoder: OpaquePointer?, _ info: UnsafeMutablePointer<tng_info>?,
  _ error: UnsafeMutablePointer<tng_error>?
) -> tng_status {
  status(error) { () throws(Failure) in
    let handle = try object(decoder, DecoderHandle.self, "decoder")
    try tng_info(try handle.info()).write(to: info, "info")
  }
}

/// Gives the metadata.
@c @implementation
public func tng_decoder_read_metadata(
  _ decoder: OpaquePointer?, _ metadata: UnsafeMutablePointer<tng_metadata>?,
  _ error: UnsafeMutablePointer<tng_error>?
) -> tng_status {
  status(error) { () throws(Failure) in
    let handle = try object(decoder, DecoderHandle.self, "decoder")
    if handle.metadata == nil { handle.metadata = LentMetadata(try handle.info().metadata) }
    try handle.metadata!.structure.write(to: metadata, "metadata")
  }
}

/// Sets what is decoded from now on.
@c @implementation
public func tng_decoder_set_area(
  _ decoder: OpaquePointer?, _ area: UnsafePointer<tng_area>?,
  _ error: UnsafeMutablePointer<tng_error>?
) -> tng_status {
  status(error) { () throws(Failure) in
    let handle = try object(decoder, DecoderHandle.self, "decoder")
    handle.area = area == nil ? Area() : try Area(tng_area(reading: area, "area"))
  }
}

/// Decodes a file that has come whole.
@c @implementation
public func tng_decoder_decode(
  _ decoder: OpaquePointer?, _ layout: UnsafePointer<tng_layout>?,
  _ samples: UnsafeMutableRawPointer?, _ sampleBytes: Int,
  _ error: UnsafeMutablePointer<tng_error>?
) -> tng_status {
  status(error) { () throws(Failure) in
    let handle = try object(decoder, DecoderHandle.self, "decoder")
    let sink = try handle.sink(layout, samples, sampleBytes)
    try codec { () throws(TNGError) in
      try handle.decoder.decode(
        handle.bytes, scale: handle.area.scale, region: handle.area.region, to: sink)
    }
  }
}

/// Decodes what has come of a file.
@c @implementation
public func tng_decoder_decode_partial(
  _ decoder: OpaquePointer?, _ layout: UnsafePointer<tng_layout>?,
  _ samples: UnsafeMutableRawPointer?, _ sampleBytes: Int,
  _ completeness: UnsafeMutablePointer<tng_completeness>?,
  _ error: UnsafeMutablePointer<tng_error>?
) -> tng_status {
  status(error) { () throws(Failure) in
    let handle = try object(decoder, DecoderHandle.self, "decoder")
    let sink = try handle.sink(layout, samples, sampleBytes)
    let reached = try codec { () throws(TNGError) in
      try handle.decoder.decodePartial(
        handle.bytes, scale: handle.area.scale, region: handle.area.region, to: sink)
    }
    if completeness != nil {
      try tng_completeness(reached).write(to: completeness, "completeness")
    }
  }
}

/// What to decode of a picture: a `tng_area` that makes sense.
private struct Area {
  var scale = DecodingScale.whole
  /// Nil for all of the picture.
  var region: PixelRegion?

  init() {}

  init(_ area: tng_area) throws(Failure) {
    guard let scale = DecodingScale(rawValue: max(1, Int(area.reduction))) else {
      throw .argument("area.reduction is not 1, 2, 4 or 8")
    }
    self.scale = scale
    if (area.x, area.y, area.width, area.height) == (0, 0, 0, 0) { return }
    guard area.width > 0, area.height > 0 else { throw .argument("the area has no pixel") }
    region = PixelRegion(
      x: Int(area.x), y: Int(area.y), width: Int(area.width), height: Int(area.height))
  }

  func size(of picture: PictureInfo) -> (Int, Int) {
    if let region { return (region.width, region.height) }
    return picture.size(at: scale)
  }
}

extension DecoderHandle {
  fileprivate func info() throws(Failure) -> PictureInfo {
    try codec { () throws(TNGError) in try decoder.readInfo(bytes, allowsPartial: true) }
  }

  /// Where to decode to.
  ///
  /// - Throws: if the layout is not one that the picture can be written as.
  fileprivate func sink(
    _ layout: UnsafePointer<tng_layout>?, _ samples: UnsafeMutableRawPointer?, _ size: Int
  ) throws(Failure) -> PixelSink {
    guard let samples else { throw .argument("samples is NULL") }
    let layout = try Layout(layout, size: size)
    let info = try info()
    guard (layout.width, layout.height) == area.size(of: info) else {
      throw .argument("the layout's width or height is not that of what is decoded")
    }
    let sink = PixelSink(
      base: samples.assumingMemoryBound(to: UInt8.self), width: layout.width,
      height: layout.height, format: layout.format, depth: layout.depth,
      bytesPerRow: layout.stride)
    guard sink.accepts(info.format, depth: info.depth) else {
      throw .argument(
        sink.accepts(info.format, depth: sink.depth)
          ? "layout.depth is neither the picture's nor 8" : "grey cannot hold colours")
    }
    return sink
  }
}

extension tng_info {
  fileprivate init(_ info: PictureInfo) {
    self.init()
    width = UInt32(info.width)
    height = UInt32(info.height)
    format = tng_format(info.format)
    depth = UInt32(info.depth)
    guard let byteCount = info.byteCount else { return }
    is_ready = true
    is_lossless = info.isLossless
    file_size = byteCount
    guard let model = info.model else { return }
    has_model = true
    model_id = model.id
    level = UInt32(model.level)
    level_count = UInt32(model.levelCount ?? 0)
  }
}

extension tng_completeness {
  fileprivate init(_ completeness: Completeness) {
    self.init()
    whole_tiles = UInt32(completeness.wholeTiles)
    tile_count = UInt32(completeness.tileCount)
    byte_share = completeness.byteShare
  }
}

/// Metadata at places that stay where they are.
private final class LentMetadata {
  private let blocks: [UnsafeMutableBufferPointer<UInt8>?]

  init(_ metadata: Metadata) {
    blocks = [metadata.iccProfile, metadata.exif, metadata.xmp].map { bytes in
      bytes.map { bytes in
        // One byte more, so that an empty block has a place, too.
        let block = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count + 1)
        block.initialize(repeating: 0)
        _ = block.update(fromContentsOf: bytes)
        return UnsafeMutableBufferPointer(rebasing: block[..<bytes.count])
      }
    }
  }

  deinit { for block in blocks { block?.baseAddress?.deallocate() } }

  var structure: tng_metadata {
    let start = blocks.map { UnsafePointer($0?.baseAddress) }
    let count = blocks.map { $0?.count ?? 0 }
    var metadata = tng_metadata()
    (metadata.icc_profile, metadata.icc_profile_size) = (start[0], count[0])
    (metadata.exif, metadata.exif_size) = (start[1], count[1])
    (metadata.xmp, metadata.xmp_size) = (start[2], count[2])
    return metadata
  }
}
