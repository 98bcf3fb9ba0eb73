import Container
package import EntropyCoding

/// How long a tile may take, and the clock that tells.
package struct TileTimer: Sendable {
  /// The longest time that a tile may take.
  package let limit: Duration
  /// The time since any fixed moment.
  package let now: @Sendable () -> Duration

  package init(limit: Duration, now: @escaping @Sendable () -> Duration) {
    self.limit = limit
    self.now = now
  }
}

/// When a tile that begins now must be done. Without a timer there is no such moment, and no clock is read.
struct TileDeadline {
  private let timer: TileTimer?
  private let start: Duration

  init(_ timer: TileTimer?) {
    self.timer = timer
    start = timer?.now() ?? .zero
  }

  /// Ends the work on a tile that is late. Called between the steps of a tile, each of which is short.
  func check() throws(TileError) {
    guard let timer, timer.now() - start > timer.limit else { return }
    throw .outOfTime
  }
}

/// Why a tile could not be decoded.
package enum TileError: Error, Sendable, Hashable {
  /// Its stream is not one that an encoder writes.
  case stream(StreamError)
  /// It takes longer than it may.
  case outOfTime
}

extension CodecError {
  /// The error of a tile of a chunk, whose stream begins at `offset`.
  init(_ error: TileError, tile: Int, of chunk: ChunkType, offset: Int) {
    self =
      switch error {
      case .stream(let error): .damagedTile(tile, of: chunk, error, offset: offset)
      case .outOfTime: .tileOutOfTime(tile, of: chunk)
      }
  }
}
