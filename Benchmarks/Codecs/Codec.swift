import CPeers
import Measuring
import Pixels
import TNG

/// A codec at the quality that gives the standard rate.
enum Codec {
  case tng(Quality, Effort)
  case peer(Peer, quality: Double)

  /// TNG as it is by default, TNG at its fastest, then all others.
  static func all() throws -> [Codec] {
    let efforts = [Effort.standard, Effort(level: 0)!]
    return try efforts.map { .tng(try standardQuality(effort: $0), $0) }
      + Peer.all.map { .peer($0, quality: try $0.standardQuality()) }
  }

  /// The names of all, in the same order.
  static var names: [String] { ["TNG", "TNG, effort 0"] + Peer.all.map(\.name) }

  var name: String {
    switch self {
    case .tng(_, .standard): "TNG"
    case .tng(_, let effort): "TNG, effort \(effort.level)"
    case .peer(let peer, _): peer.name
    }
  }

  /// The times of encoding a picture and of decoding the file, in microseconds, and the size of the
  /// file.
  func measure(_ picture: PixelBuffer, threads: Int) throws -> (
    encode: Double, decode: Double, bytes: Int
  ) {
    switch self {
    case .tng(let quality, let effort):
      let encoder = TNGEncoder(
        options: .init(target: .quality(quality), effort: effort, threads: threads))
      let decoder = TNGDecoder(options: .init(threads: threads))
      var file: [UInt8] = []
      let encode = try microseconds { file = try encoder.encode(Picture(pixels: picture)) }
      let decode = try microseconds { _ = try decoder.decode(file) }
      return (encode, decode, file.count)
    case .peer(let peer, let quality):
      var file = tng_peer_file()
      defer { tng_peer_free(&file) }
      let encode = try microseconds {
        file = try peer.encode(picture, quality: quality, threads: threads)
      }
      let decode = try microseconds { try peer.decode(file, of: picture, threads: threads) }
      return (encode, decode, file.count)
    }
  }
}
