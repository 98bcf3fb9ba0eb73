import Codec
import Container
import EntropyCoding
import Neural
import Pixels
import TNG

/// A name without its ending, and the bytes.
private typealias BadFile = (name: String, bytes: [UInt8])

/// Files that a decoder must refuse, each for one reason that its name gives.
func badFiles() throws -> [(name: String, bytes: [UInt8])] {
  let plain = try encoded(pictureWithMetadata())
  let alpha = try FileParts(encoded(testPicture(width: 20, height: 12, format: .rgba)))
  let tiles = try FileParts(encoded(testPicture(width: 1040, height: 12), level: 0))
  let files =
    try cutFiles(plain, tiles.file) + headerFiles(plain) + chunkFiles(FileParts(plain))
    + tileFiles(FileParts(plain), alpha, tiles)
  return files.map { (name: "\($0.name).tng", bytes: $0.bytes) }.sorted { $0.name < $1.name }
}

private func cutFiles(_ plain: [UInt8], _ tiles: [UInt8]) -> [BadFile] {
  [
    ("cut-empty", []),
    ("cut-in-signature", Array(plain[..<3])),
    ("cut-in-header", Array(plain[..<9])),
    ("cut-in-chunk-length", Array(plain[..<14])),
    ("cut-in-metadata", Array(plain[..<100])),
    ("cut-in-latents", Array(plain[..<(plain.count - 40)])),
    ("cut-in-check-value", Array(plain.dropLast())),
    ("cut-in-first-tile", Array(tiles[..<(tiles.count / 2)])),
    ("cut-in-second-tile", Array(tiles[..<(tiles.count - 12)])),
  ]
}

/// The header of `file` is signature, version, flags, width, height (a byte each), model, level.
private func headerFiles(_ file: [UInt8]) throws -> [BadFile] {
  func with(_ bytes: [UInt8], at index: Int, count: Int = 1) -> [UInt8] {
    Array(file[..<index] + bytes + file[(index + count)...])
  }
  let parts = try FileParts(file)
  return [
    ("signature-of-png", with([0x89, 0x50, 0x4E, 0x47], at: 0, count: 4)),
    ("version-2", with([2], at: 4)),
    ("flags-unknown", with([4], at: 5)),
    ("width-0", with([0], at: 6)),
    ("width-too-large", with([0x80, 0x80, 0x80, 0x08], at: 6)),
    ("height-0", with([0], at: 7)),
    ("number-longer-than-needed", with([0x94, 0x00], at: 6)),
    ("number-too-large", with([0xFF, 0xFF, 0xFF, 0xFF, 0x1F], at: 6)),
    ("level-64", with([64], at: 12)),
    ("header-changed", with([30], at: 12)),
    ("model-unknown", parts.with { $0.header.modelID = 0 }),
    ("limit-of-pixels", parts.with { ($0.header.width, $0.header.height) = (1 << 15, 1 << 15) }),
  ]
}

private func chunkFiles(_ parts: FileParts) -> [BadFile] {
  func type(_ letter: Unicode.Scalar) -> ChunkType { ChunkType(rawValue: UInt8(ascii: letter)) }
  let file = parts.file
  let fillers = [(type: ChunkType, payload: [UInt8])](repeating: (type("q"), []), count: 61)
  func changed(_ index: Int) -> [UInt8] {
    var copy = file
    copy[index] ^= 1
    return copy
  }
  return [
    ("chunk-type-digit", parts.with { $0.chunks.insert((type("7"), []), at: 0) }),
    ("chunk-twice", parts.with { $0.chunks.insert($0.chunks[1], at: 2) }),
    ("chunk-unknown-required", parts.with { $0.chunks.insert((type("Z"), [1]), at: 0) }),
    ("chunk-alpha-unexpected", parts.with { $0.chunks.insert((.alpha, [1]), at: 0) }),
    ("chunks-65", parts.with { $0.chunks.insert(contentsOf: fillers, at: 0) }),
    ("chunk-metadata-changed", changed(100)),
    ("chunk-latents-changed", changed(file.count - 10)),
    ("bytes-after-latents", file + [0]),
  ]
}

private func tileFiles(
  _ plain: FileParts, _ alpha: FileParts, _ tiles: FileParts
) throws -> [BadFile] {
  var reader = ByteReader(tiles.latents)
  let size = try reader.varint()
  let length = 0..<reader.offset
  let second = reader.offset + size + 4
  return [
    ("stream-too-short", plain.with { $0.latents = [1, 2, 3, 4, 5, 6, 7] }),
    ("stream-cut", plain.with { $0.latents.removeLast(2) }),
    ("stream-too-long", plain.with { $0.latents += [0, 0] }),
    ("stream-changed", plain.with { $0.latents[9] ^= 1 }),
    ("stream-escape-too-long", plain.with { $0.latents = streamWithLongEscape() }),
    ("alpha-stream-cut", alpha.with { $0.chunks[0].payload.removeLast(2) }),
    ("alpha-stream-changed", alpha.with { $0.chunks[0].payload[8] ^= 0x80 }),
    ("tiles-too-few", plain.with { ($0.header.width, $0.header.height) = (16000, 16000) }),
    ("tile-changed", tiles.with { $0.latents[20] ^= 1 }),
    (
      "tile-too-short",
      tiles.with { $0.latents.replaceSubrange(second..., with: [3, 1, 2, 3, 0, 0, 0, 0]) }
    ),
    ("tile-too-long", tiles.with { $0.latents.replaceSubrange(length, with: [0xFF, 0x7F]) }),
    ("tiles-followed-by-byte", tiles.with { $0.latents.append(0) }),
  ]
}

/// The first stream, of bytes by chance, that has an escape code of more than 12 bits.
private func streamWithLongEscape() -> [UInt8] {
  var state: UInt32 = 1
  let decoder = LatentDecoder(model: ModelLibrary.psnr, execution: Execution())
  while true {
    let stream = (0..<400).map { _ -> UInt8 in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
    do throws(TileError) {
      _ = try decoder.decode(stream, 0..<400, rows: 1, columns: 2, allowsPartial: false)
    } catch {
      if error == .stream(.escapeTooLong) { return stream }
    }
  }
}
