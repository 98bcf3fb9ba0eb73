import ExactCoding
import TestSupport

/// Kinds of pictures that are made by integers alone, the same on every machine.
enum PictureKind: CaseIterable {
  case constant, noise, gradient, screenshot, photograph, stripes, fewColours

  /// The samples of a tile, side by side, row after row.
  func samples(of shape: ExactTileShape) -> [UInt16] {
    var generator = SeededGenerator(seed: 11)
    let largest = 1 << shape.depth - 1
    switch self {
    case .constant: return [UInt16](repeating: UInt16(largest / 3), count: shape.sampleCount)
    case .noise: return (0..<shape.sampleCount).map { _ in generator.sample(largest) }
    case .gradient:
      return shape.map { x, y, plane in (x * (plane + 1) + 2 * y) * largest / 1023 }
    case .stripes: return shape.map { x, y, _ in x % 7 < 3 || y % 40 == 9 ? largest : 0 }
    case .fewColours:
      let colours = (0..<5 * shape.planes).map { _ in generator.sample(largest) }
      return (0..<shape.width * shape.height).flatMap { _ in
        let colour = Int.random(in: 0..<5, using: &generator) * shape.planes
        return colours[colour..<colour + shape.planes]
      }
    case .screenshot: return screenshot(shape, &generator)
    case .photograph:
      // Smooth in the large, with waves and a little noise.
      return shape.map { x, y, plane in
        let wave = (x * x / 64 + y * (plane + 3)) % 256
        let smooth = (wave < 128 ? wave : 255 - wave) + x / 8
        return (smooth * largest / 511 + Int(generator.next() % 4))
      }
    }
  }

  /// A page with a panel, and lines of a few glyphs in shades of grey.
  private func screenshot(
    _ shape: ExactTileShape, _ generator: inout SeededGenerator
  ) -> [UInt16] {
    let largest = 1 << shape.depth - 1
    let shades = (0..<12 * 64).map { index -> Int in
      let shade = Int(generator.next() % 12)
      return index % 8 == 7 || shade > 7 ? largest : shade > 4 ? 0 : largest * shade / 5
    }
    let text = (0..<4096).map { _ in Int.random(in: 0..<12, using: &generator) }
    return shape.map { x, y, plane in
      if x < 24 { return largest * (plane + 2) / 8 }
      if y % 20 >= 8 || x % 100 > 90 { return largest }
      let glyph = text[(y / 20 * 61 + x / 8) % text.count]
      return shades[glyph * 64 + y % 20 * 8 + x % 8]
    }
  }

  func tile(_ shape: ExactTileShape) -> ExactTile {
    ExactTile(shape: shape, samples: samples(of: shape))
  }
}

extension ExactTileShape {
  /// Samples of a tile from a function of column, row and plane, limited to the depth.
  func map(_ body: (_ x: Int, _ y: Int, _ plane: Int) -> Int) -> [UInt16] {
    var samples: [UInt16] = []
    for y in 0..<height {
      for x in 0..<width {
        for plane in 0..<planes { samples.append(UInt16(min(body(x, y, plane), 1 << depth - 1))) }
      }
    }
    return samples
  }

  /// Whether each sample is in a coded block.
  var isCoded: [Bool] {
    (0..<sampleCount).map { index in
      guard let codedBlocks else { return true }
      let (x, y) = (index / planes % width, index / planes / width)
      return codedBlocks[y / Self.blockSide * blockColumns + x / Self.blockSide]
    }
  }
}

extension SeededGenerator {
  mutating func sample(_ largest: Int) -> UInt16 {
    UInt16(Int.random(in: 0...largest, using: &self))
  }
}

extension ExactTile {
  /// The tile as a decoder has it before it decodes: the samples of coded blocks are something
  /// else.
  func blank(_ value: UInt16 = 0) -> ExactTile {
    ExactTile(
      shape: shape, samples: zip(samples, shape.isCoded).map { $1 ? value : $0 })
  }
}
