import CWebDecoder
import Models
import Pixels

// What a page calls. Each function answers by those of CWebDecoder.h.

/// Loads the weights file in `count` bytes, for all pictures to come.
@c(tng_web_load_model)
func loadModel(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
  do throws(ModelError) {
    try ModelLibrary.load([UInt8](UnsafeBufferPointer(start: bytes, count: count)))
  } catch {
    fail(category: "model", code: "model", "The model is damaged: \(error.reason).")
  }
}

/// Reads what a file says of its picture; the first bytes of the file are enough.
@c(tng_web_read_info)
func readInfo(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
  do throws(TNGError) {
    let info = try TNGDecoder().readInfo(
      [UInt8](UnsafeBufferPointer(start: bytes, count: count)), allowsPartial: true)
    tng_web_info(
      Int32(info.width), Int32(info.height), Int32(info.format.channels),
      Int32(info.model?.level ?? -1), info.model?.id ?? 0)
  } catch {
    fail(error)
  }
}

/// Tells which bytes of a file a region needs, whose model is loaded; of the file, the head is
/// enough.
@c(tng_web_find_ranges)
func findRanges(
  _ bytes: UnsafePointer<UInt8>, _ count: Int, _ x: Int, _ y: Int, _ width: Int, _ height: Int,
  _ reduction: Int
) {
  do throws(TNGError) {
    let ranges = try TNGDecoder().byteRanges(
      of: PixelRegion(x: x, y: y, width: width, height: height),
      scale: DecodingScale(rawValue: reduction) ?? .whole,
      head: [UInt8](UnsafeBufferPointer(start: bytes, count: count)))
    for range in ranges { tng_web_range(UInt32(range.lowerBound), UInt32(range.upperBound)) }
  } catch {
    fail(error)
  }
}

/// Decodes a file whose model is loaded, on `threads` threads if the page has started the others.
///
/// - Parameters:
///   - width: with the other three, the region to decode; 0 for all of the picture.
///   - reduction: the pixels of the picture on a side of the square that one of the result stands
///     for: 1, 2, 4 or 8.
///   - isExcerpt: whether these are only the bytes of the file that the region needs.
@c(tng_web_decode)
func decode(
  _ bytes: UnsafePointer<UInt8>, _ count: Int, _ maximumPixels: Int, _ allowsPartial: Bool,
  _ threads: Int, _ x: Int, _ y: Int, _ width: Int, _ height: Int,
  _ reduction: Int, _ isExcerpt: Bool
) {
  let decoder = TNGDecoder(options: .init(threads: threads, limits: Limits(pixels: maximumPixels)))
  let file = [UInt8](UnsafeBufferPointer(start: bytes, count: count))
  let scale = DecodingScale(rawValue: reduction) ?? .whole
  let region = width > 0 ? PixelRegion(x: x, y: y, width: width, height: height) : nil
  do throws(TNGError) {
    let picture: Picture
    if isExcerpt, let region {
      picture = try decoder.decode(excerpt: file, scale: scale, region: region)
    } else {
      picture =
        try allowsPartial
        ? decoder.decodePartial(file, scale: scale, region: region).picture
        : decoder.decode(file, scale: scale, region: region)
    }
    if let profile = picture.metadata.iccProfile { tng_web_profile(profile, profile.count) }
    let pixels = picture.pixels.converted(toDepth: 8)
    tng_web_picture(pixels.samples, Int32(pixels.width), Int32(pixels.height), pixels.samples.count)
  } catch {
    fail(error)
  }
}

private func fail(_ error: TNGError) {
  let number = { (value: Int?) in value.map { "\($0)" } ?? "" }
  fail(
    category: error.category.rawValue, code: error.code.rawValue,
    part: error.part?.rawValue ?? "", tile: number(error.tile), offset: number(error.offset),
    error.description)
}

private func fail(
  category: String, code: String, part: String = "", tile: String = "", offset: String = "",
  _ sentence: String
) {
  let lines = category + "\n" + code + "\n" + part + "\n" + tile + "\n" + offset + "\n" + sentence
  let bytes = Array(lines.utf8)
  tng_web_failed(bytes, bytes.count)
}
