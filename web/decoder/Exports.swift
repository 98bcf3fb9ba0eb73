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

/// Decodes a file whose model is loaded, on `threads` threads if the page has started the others.
@c(tng_web_decode)
func decode(
  _ bytes: UnsafePointer<UInt8>, _ count: Int, _ maximumPixels: Int, _ allowsPartial: Bool,
  _ threads: Int
) {
  let decoder = TNGDecoder(options: .init(threads: threads, limits: Limits(pixels: maximumPixels)))
  let file = [UInt8](UnsafeBufferPointer(start: bytes, count: count))
  do throws(TNGError) {
    let picture =
      try allowsPartial ? decoder.decodePartial(file).picture : decoder.decode(file)
    if let profile = picture.metadata.iccProfile { tng_web_profile(profile, profile.count) }
    let samples = picture.pixels.converted(toDepth: 8).samples
    tng_web_picture(samples, samples.count)
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
