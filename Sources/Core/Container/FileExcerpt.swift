package import Bytes

/// How much of a file must be there.
package enum FileExtent: Sendable {
  /// All of it.
  case whole
  /// A beginning, in which chunks may be damaged.
  case partial
  /// The headers, the chunks and the table of the frame. Streams are where they would be in the
  /// whole file.
  case head
}

/// Some streams of a frame.
package struct StreamSelection: Sendable {
  /// Of each layer, by its raw value, the tiles.
  private let tiles: [[Int]]

  /// Selects the streams of the tiles that `tiles` gives for a layer, in rising order.
  package init(_ tiles: (LayerKind) -> [Int]) { self.tiles = LayerKind.allCases.map(tiles) }

  /// The tiles of a layer whose streams are selected, in rising order.
  package subscript(_ kind: LayerKind) -> [Int] { tiles[Int(kind.rawValue)] }
}

/// An *excerpt* of a file has its head and some streams, one after another as in the file: what a
/// reader fetches that wants a region.
extension ContainerFile {
  /// The bytes of an excerpt by their places in the file, of which at least the head has been read.
  package func ranges(of selection: StreamSelection) -> [Range<Int>] {
    guard let frame = frames.first else { return [] }
    var ranges = [0..<frame.streamsOffset]
    frame.forEachStream(of: selection) { _, _, range in
      if ranges[ranges.count - 1].upperBound == range.lowerBound {
        ranges[ranges.count - 1] = ranges[ranges.count - 1].lowerBound..<range.upperBound
      } else {
        ranges.append(range)
      }
    }
    return ranges
  }

  /// The file of which `bytes`, whose head this is, are an excerpt.
  package func excerpt(of selection: StreamSelection) throws(FormatError) -> ContainerFile {
    guard let frame = frames.first else { return self }
    let excerpt = frame.excerpt(of: selection)
    guard excerpt.end <= bytes.count else { throw FormatError(.truncated, offset: bytes.count) }
    guard excerpt.end == bytes.count else {
      throw FormatError(.trailingBytes, offset: excerpt.end)
    }
    return ContainerFile(self, bytes: bytes, frames: [excerpt.frame])
  }
}

extension Frame {
  /// Calls `body` with each selected stream and its check value, in the order of the file.
  fileprivate func forEachStream(
    of selection: StreamSelection, _ body: (_ layer: Int, _ tile: Int, _ range: Range<Int>) -> Void
  ) {
    let marks = layers.map { layer in
      var marks = [Bool](repeating: false, count: layer.lengths.count)
      for tile in selection[layer.kind] { marks[tile] = layer.lengths[tile] > 0 }
      return marks
    }
    for tile in 0..<(layers.first?.lengths.count ?? 0) {
      for (number, layer) in layers.enumerated() where marks[number][tile] {
        body(number, tile, layer.announcedRange(of: tile))
      }
    }
  }

  /// The frame as it stands in an excerpt, and where that ends.
  fileprivate func excerpt(of selection: StreamSelection) -> (frame: Frame, end: Int) {
    var end = streamsOffset
    var starts = layers.map { [Int](repeating: 0, count: $0.lengths.count) }
    forEachStream(of: selection) { layer, tile, range in
      starts[layer][tile] = end
      end += range.count
    }
    let layers = layers.enumerated().map { number, layer in
      FrameLayer(
        layer.kind, tableOffset: layer.tableOffset, lengths: layer.lengths, starts: starts[number],
        end: end)
    }
    return (Frame(self, layers: layers), end)
  }
}
