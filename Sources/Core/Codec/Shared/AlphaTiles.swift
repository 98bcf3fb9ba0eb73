package import Container
import EntropyCoding
package import Neural

/// The streams of the alpha samples of a picture, one a tile.
package struct AlphaTiles {
  private let grid: TileGrid
  private let execution: Execution
  private let timer: TileTimer?

  package init(grid: TileGrid, execution: Execution, timer: TileTimer? = nil) {
    self.grid = grid
    self.execution = execution
    self.timer = timer
  }

  /// The memory that a tile takes while it is coded, in bytes for each sample: the sample, and its decisions at most, which are
  /// whether it was predicted, its sign, and an Exp-Golomb code.
  static let memoryPerSample = 1 + StreamEncoder.memory(operations: 2 + 8 + 7)

  /// Codes an alpha plane; ``decode(_:in:allowsPartial:)`` is the inverse.
  package func encode(_ plane: [UInt8]) -> [[UInt8]] {
    execution.map(grid.count) { index, _ in
      let (rows, columns) = grid.tile(index)
      var samples: [UInt8] = []
      samples.reserveCapacity(rows.count * columns.count)
      for row in rows {
        samples +=
          plane[row * grid.width + columns.lowerBound..<row * grid.width + columns.upperBound]
      }
      var coding = AlphaCoding()
      var stream = StreamEncoder()
      _ = coding.run(&samples, width: columns.count, with: &stream)
      return stream.finish()
    }
  }

  /// Reads an alpha plane. Where nothing has arrived, it is 255.
  package func decode(
    _ streams: TileStreams, in bytes: [UInt8], allowsPartial: Bool
  ) throws(CodecError) -> [UInt8] {
    var plane = [UInt8](repeating: 255, count: grid.width * grid.height)
    let tiles = execution.map(grid.count) { index, _ -> Result<[UInt8], CodecError>? in
      guard let range = streams[index]?.range else { return nil }
      let (rows, columns) = grid.tile(index)
      do throws(TileError) {
        return .success(
          try decodeTile(
            bytes, range, width: columns.count, height: rows.count, allowsPartial: allowsPartial))
      } catch {
        return .failure(CodecError(error, tile: index, of: .alpha, offset: range.lowerBound))
      }
    }
    for case (let index, let tile?) in tiles.enumerated() {
      let samples = try tile.get()
      let (rows, columns) = grid.tile(index)
      for (line, row) in rows.enumerated() {
        let start = row * grid.width + columns.lowerBound
        plane.replaceSubrange(
          start..<start + columns.count,
          with: samples[line * columns.count..<(line + 1) * columns.count])
      }
    }
    return plane
  }

  private func decodeTile(
    _ bytes: [UInt8], _ range: Range<Int>, width: Int, height: Int, allowsPartial: Bool
  ) throws(TileError) -> [UInt8] {
    let deadline = TileDeadline(timer)
    var samples = [UInt8](repeating: 255, count: width * height)
    do throws(StreamError) {
      var stream = try StreamDecoder(bytes, range: range)
      var coding = AlphaCoding()
      let isSound = coding.run(&samples, width: width, with: &stream)
      if !allowsPartial {
        guard isSound else { throw .unbalanced }
        try stream.finish()
      }
    } catch {
      throw .stream(error)
    }
    try deadline.check()
    return samples
  }
}
