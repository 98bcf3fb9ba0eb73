import Bytes
import Container
import EntropyCoding
import Neural

/// A coding of a picture's tiles (Format.md, section 3): what all layers have in common.
///
/// A layer says what a tile's stream takes at least and what memory its work needs; finding
/// streams, checking them, sharing tiles among threads, and naming the place of an error are the
/// same for all.
protocol TileLayer: Sendable {
  var kind: LayerKind { get }
  /// Whether a tile may have nothing in this layer.
  func allowsEmpty(_ tile: Int) -> Bool
  /// The bytes of a tile's stream at least, if it has one.
  func leastBytes(of tile: Int) -> UInt64
  /// With fewer bytes, a cut stream says nothing.
  var leastUsefulBytes: Int { get }
  /// Whether a partial decoder shows a stream whose check value is wrong.
  var showsDamaged: Bool { get }
}

extension TileLayer {
  /// Checks that no stream is shorter than it can be, so that a large picture cannot hide in a
  /// small file: before anything of the picture's size is allocated.
  func check(_ layer: FrameLayer) throws(CodecError) {
    for (tile, length) in layer.lengths.enumerated() {
      let isLongEnough =
        length == 0 ? allowsEmpty(tile) : UInt64(length) >= leastBytes(of: tile)
      guard isLongEnough else {
        throw .format(
          FormatError(.tileTooShort, in: kind.part, tile: tile, offset: layer.tableOffset))
      }
    }
  }

  /// Decodes tiles of a layer, as many at once as there are threads.
  ///
  /// - Parameters:
  ///   - tiles: their numbers.
  ///   - allowsPartial: take what is cut, damaged or missing as Format.md, section 11, says.
  ///   - decode: decodes a tile from its stream, or from nil if nothing of that is there.
  /// - Returns: what `decode` returns for each tile.
  @discardableResult
  func decodeTiles<Value>(
    _ tiles: [Int], of layer: FrameLayer, in bytes: [UInt8], allowsPartial: Bool,
    on execution: Execution,
    _ decode: (_ tile: Int, _ stream: Range<Int>?, _ inner: Execution) throws(TileError) -> Value
  ) throws(CodecError) -> [Value] {
    let results = execution.map(tiles.count) { index, inner -> Result<Value, CodecError> in
      let tile = tiles[index]
      let stream = layer.stream(of: tile, in: bytes)
      if !allowsPartial, let stream, stream.condition != .whole {
        return .failure(
          .format(
            FormatError(
              .checksumMismatch, in: kind.part, tile: tile, offset: stream.range.lowerBound)))
      }
      let range = stream.flatMap { isUseful($0) || !allowsPartial ? $0.range : nil }
      do throws(TileError) {
        return .success(try decode(tile, range, inner))
      } catch {
        return .failure(
          CodecError(error, in: kind.part, tile: tile, offset: layer.offset(of: tile)))
      }
    }
    var values: [Value] = []
    values.reserveCapacity(results.count)
    for result in results { values.append(try result.get()) }
    return values
  }

  /// Whether there is anything to show of a stream that may be cut or damaged.
  private func isUseful(_ stream: TileStream) -> Bool {
    stream.range.count >= leastUsefulBytes && (showsDamaged || stream.condition != .damaged)
  }
}
