import CExactCoding

/// The size of a tile of exact samples, and which of its blocks are coded.
package struct ExactTileShape: Sendable, Hashable {
  package let width: Int
  package let height: Int
  /// Samples of a pixel: grey, grey and alpha, RGB, or RGB and alpha.
  package let planes: Int
  /// Bits of a sample.
  package let depth: Int
  /// Of each block of 16×16 pixels, row after row, whether its samples are in the stream. Nil if
  /// all are.
  package let codedBlocks: [Bool]?

  /// Creates a shape.
  ///
  /// - Precondition: `width` and `height` are 1 … 1024, `planes` 1 … 4, `depth` 1 … 16;
  ///   `codedBlocks` has an element for each block.
  package init(width: Int, height: Int, planes: Int, depth: Int, codedBlocks: [Bool]? = nil) {
    precondition(Self.sides.contains(width) && Self.sides.contains(height))
    precondition((1...Int(tng_exact_maximum_planes)).contains(planes))
    precondition((1...Int(tng_exact_maximum_depth)).contains(depth))
    self.width = width
    self.height = height
    self.planes = planes
    self.depth = depth
    self.codedBlocks = codedBlocks
    precondition(codedBlocks == nil || codedBlocks!.count == blockColumns * blockRows)
  }

  /// The width and height that a tile can have.
  package static let sides = 1...Int(tng_exact_maximum_side)
  /// The width and height of a block, in pixels.
  package static let blockSide = Int(tng_exact_block_side)

  package var blockColumns: Int { (width + Self.blockSide - 1) / Self.blockSide }
  package var blockRows: Int { (height + Self.blockSide - 1) / Self.blockSide }
  package var sampleCount: Int { width * height * planes }

  /// The bytes that coding or decoding a tile takes while it lasts, besides its samples and the
  /// stream.
  package var workingMemory: Int { tng_exact_workspace_size(Int32(width), Int32(height)) }

  /// Calls `body` with the tile that C code works on, and with working memory for it.
  func withTile<Result>(
    _ samples: UnsafeMutablePointer<UInt16>,
    _ body: (UnsafePointer<tng_exact_tile>, UnsafeMutableRawPointer) -> Result
  ) -> Result {
    let workspace = UnsafeMutableRawPointer.allocate(byteCount: workingMemory, alignment: 64)
    defer { workspace.deallocate() }
    var tile = tng_exact_tile(
      width: Int32(width), height: Int32(height), planes: Int32(planes), depth: Int32(depth),
      samples: samples, is_coded: nil)
    guard let codedBlocks else { return body(&tile, workspace) }
    return codedBlocks.map { $0 ? 1 : 0 as UInt8 }.withUnsafeBufferPointer { blocks in
      tile.is_coded = blocks.baseAddress
      return body(&tile, workspace)
    }
  }
}
