@testable import Codec
import Container
import EntropyCoding
import ExactCoding
import Models
import Neural
import Pixels
import TNG
import TestSupport

/// A name without its ending, and the bytes.
private typealias BadFile = (name: String, bytes: [UInt8])

/// Files that a decoder must refuse, each for one reason that its name gives.
func badFiles(_ models: ConformanceModels) throws -> [(name: String, bytes: [UInt8])] {
  let plain = try FileParts(models.encoded(pictureWithMetadata()))
  let alpha = try FileParts(models.encoded(testPicture(width: 20, height: 12, format: .rgba)))
  let tiles = try FileParts(models.encoded(testPicture(width: 1040, height: 12), level: 0))
  let files =
    try cutFiles(plain.file, tiles.file) + headerFiles(plain) + chunkFiles(plain)
    + frameFiles(plain, alpha) + tileFiles(plain, alpha, tiles, models.small)
    + exactFiles(FileParts(losslessly(pictureWithMetadata())))
    + mixedFiles(
      FileParts(models.encoded(mixedPicture(width: 150, height: 90), graphics: .auto)))
  return files.map { (name: "\($0.name).tng", bytes: $0.bytes) }.sorted { $0.name < $1.name }
}

private func cutFiles(_ plain: [UInt8], _ tiles: [UInt8]) -> [BadFile] {
  [
    ("cut-empty", []),
    ("cut-in-signature", Array(plain[..<3])),
    ("cut-in-header", Array(plain[..<7])),
    ("cut-in-chunk-length", Array(plain[..<9])),
    ("cut-in-metadata", Array(plain[..<100])),
    ("cut-in-latents", Array(plain[..<(plain.count - 40)])),
    ("cut-in-check-value", Array(plain.dropLast())),
    ("cut-in-first-tile", Array(tiles[..<(tiles.count / 2)])),
    ("cut-in-second-tile", Array(tiles[..<(tiles.count - 12)])),
  ]
}

/// The header of a file is signature, version, flags, width and height (here a byte each).
private func headerFiles(_ parts: FileParts) -> [BadFile] {
  let file = parts.file
  func with(_ bytes: [UInt8], at index: Int, count: Int = 1) -> [UInt8] {
    Array(file[..<index] + bytes + file[(index + count)...])
  }
  return [
    ("signature-of-png", with([0x89, 0x50, 0x4E, 0x47], at: 0, count: 4)),
    ("version-1", with([1], at: 4)),
    ("version-3", with([3], at: 4)),
    ("flags-unknown", with([16], at: 5)),
    ("depth-0", with([4, 0], at: 5)),
    ("depth-8-told", with([4, 8], at: 5)),
    ("depth-10", parts.with { $0.header.depth = 10 }),
    ("frames-1-told", with([8, 20, 12, 1], at: 5, count: 3)),
    ("frames-2", parts.with { $0.header.frameCount = 2 }),
    ("width-0", with([0], at: 6)),
    ("width-too-large", with([0x80, 0x80, 0x80, 0x08], at: 6)),
    ("height-0", with([0], at: 7)),
    ("number-longer-than-needed", with([0x94, 0x00], at: 6)),
    ("number-too-large", with([0xFF, 0xFF, 0xFF, 0xFF, 0x1F], at: 6)),
    ("header-changed", with([21], at: 6)),
    ("limit-of-pixels", largePicture(parts)),
  ]
}

/// A picture of so many tiles that none of their lengths is missing, and of too many pixels.
private func largePicture(_ parts: FileParts) -> [UInt8] {
  parts.with {
    ($0.header.width, $0.header.height) = (1 << 15, 1 << 14)
    $0.layers = [[[UInt8]](repeating: [], count: 32 * 16)]
  }
}

private func chunkFiles(_ parts: FileParts) -> [BadFile] {
  func type(_ letter: Unicode.Scalar) -> ChunkType { ChunkType(rawValue: UInt8(ascii: letter)) }
  let fillers = [(type: ChunkType, payload: [UInt8])](repeating: (type("q"), []), count: 62)
  var changed = parts.file
  changed[100] ^= 1
  return [
    ("chunk-type-digit", parts.with { $0.chunks.insert((type("7"), []), at: 0) }),
    ("chunk-twice", parts.with { $0.chunks.insert($0.chunks[1], at: 2) }),
    ("chunk-unknown-required", parts.with { $0.chunks.insert((type("Z"), [1]), at: 0) }),
    ("chunks-65", parts.with { $0.chunks.insert(contentsOf: fillers, at: 0) }),
    ("chunk-changed", changed),
    ("bytes-after-frame", parts.file + [0]),
  ]
}

private func frameFiles(_ plain: FileParts, _ alpha: FileParts) throws -> [BadFile] {
  let file = plain.file
  let frame = try ContainerFile(parsing: file).frames[0].offset
  func with(_ byte: UInt8, at index: Int) -> [UInt8] {
    var copy = file
    copy[frame + index] = byte
    return copy
  }
  return [
    ("layer-unknown", with(0b1100, at: 1)),
    ("layer-none", with(0, at: 1)),
    ("layer-alpha-alone", alpha.with { ($0.frame.layers, $0.layers) = ([.alpha], [$0.layers[0]]) }),
    ("layer-alpha-unexpected", alpha.with { $0.header.hasAlpha = false }),
    ("model-unknown", plain.with { $0.frame.modelID = 0 }),
    ("level-64", plain.with { $0.frame.level = 64 }),
    ("level-128", with(128, at: 6)),
    ("filter-unknown", with(1, at: 7)),
    ("frame-changed", with(30, at: 6)),
  ]
}

private func tileFiles(
  _ plain: FileParts, _ alpha: FileParts, _ tiles: FileParts, _ model: Model
) throws -> [BadFile] {
  let file = tiles.file
  let layer = try ContainerFile(parsing: file).frames[0].layers[0]
  func changed(_ index: Int) -> [UInt8] {
    var copy = file
    copy[index] ^= 1
    return copy
  }
  return [
    ("stream-too-short", plain.with { $0.latents[0] = [1, 2, 3, 4, 5, 6, 7] }),
    ("stream-missing", plain.with { $0.latents[0] = [] }),
    ("stream-cut", plain.with { $0.latents[0].removeLast(2) }),
    ("stream-too-long", plain.with { $0.latents[0] += [0, 0] }),
    ("stream-changed", plain.with { $0.latents[0][9] ^= 1 }),
    ("stream-escape-too-long", plain.with { $0.latents[0] = streamWithLongEscape(model) }),
    ("alpha-stream-cut", alpha.with { $0.layers[0][0].removeLast(2) }),
    ("alpha-stream-too-long", alpha.with { $0.layers[0][0] += [1, 2, 3, 4, 5, 6, 7, 8] }),
    ("alpha-stream-too-short", alpha.with { $0.layers[0][0] = [1, 2, 3] }),
    ("table-changed", changed(layer.tableOffset)),
    (
      "table-too-short",
      plain.with { ($0.header.width, $0.header.height) = (16000, 16000) }
    ),
    ("tile-changed", changed(layer.offset(of: 1) + 5)),
    ("tile-too-short", tiles.with { $0.latents[1] = [1, 2, 3] }),
  ]
}

/// Files with exact blocks beside latents. The first byte of an exact stream says that there is a map,
/// the second how long it is.
private func mixedFiles(_ parts: FileParts) -> [BadFile] {
  let exact = parts.layers[0][0]
  return [
    ("mixed-map-cut", parts.with { $0.layers[0][0][1] = 200 }),
    ("mixed-map-changed", parts.with { $0.layers[0][0][4] ^= 0x80 }),
    ("mixed-samples-cut", parts.with { $0.layers[0][0].removeLast(exact.count / 4 * 2) }),
    ("mixed-exact-missing", parts.with { $0.layers[0][0] = [] }),
    ("mixed-latents-missing", parts.with { $0.latents[0] = [] }),
    ("mixed-latents-cut", parts.with { $0.latents[0].removeLast(20) }),
  ]
}

private func exactFiles(_ parts: FileParts) -> [BadFile] {
  [
    ("exact-stream-missing", parts.with { $0.layers[0][0] = [] }),
    ("exact-stream-too-short", parts.with { $0.layers[0][0] = [0] }),
    ("exact-stream-cut", parts.with { $0.layers[0][0].removeLast(9) }),
    ("exact-stream-too-long", parts.with { $0.layers[0][0] += [1, 2, 3, 4, 5, 6, 7, 8] }),
    ("exact-coverage-unknown", parts.with { $0.layers[0][0][0] = 2 }),
    // A map of two blocks that says 0 twice, and no latents for them.
    ("exact-blocks-missing", parts.with { $0.layers[0][0] = streamWithoutBlocks() }),
  ]
}

/// The stream of a tile of 20×12 samples none of whose blocks is exact.
private func streamWithoutBlocks() -> [UInt8] {
  let shape = ExactTileShape(
    width: 20, height: 12, planes: 3, depth: 8, codedBlocks: [false, false])
  return ExactStream.encode(
    ExactTile(shape: shape, samples: [UInt16](repeating: 0, count: shape.sampleCount)))
}

/// The first stream, of bytes by chance, that has an escape code of more than 12 bits.
private func streamWithLongEscape(_ model: Model) -> [UInt8] {
  var state: UInt32 = 1
  let decoder = LatentDecoder(model: model, execution: Execution())
  while true {
    let stream = (0..<400).map { _ -> UInt8 in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
    do throws(TileError) {
      _ = try decoder.decode(stream, 0..<400, rows: 1, columns: 2, allowsPartial: false)
    } catch {
      if error == .stream(.invalid) { return stream }
    }
  }
}
