import CPeers
import Measuring
import Pixels

/// Another codec's library.
struct Peer {
  private let functions: tng_peer

  static var all: [Peer] {
    (0..<tng_peers_count()).map { Peer(functions: tng_peers_at($0).pointee) }
  }

  var name: String { String(cString: functions.name) }

  /// What a library refused.
  enum Failure: Error {
    case encoding(String)
    case decoding(String)
  }

  /// Encodes a picture. The caller frees the file.
  func encode(_ picture: PixelBuffer, quality: Double, threads: Int) throws -> tng_peer_file {
    var file = tng_peer_file()
    let done = picture.samples.withUnsafeBufferPointer { samples in
      var picture = tng_peer_picture(
        rgb: samples.baseAddress!, width: Int32(picture.width), height: Int32(picture.height))
      return functions.encode(&picture, quality, Int32(threads), &file)
    }
    guard done else {
      tng_peer_free(&file)
      throw Failure.encoding(name)
    }
    return file
  }

  /// Decodes a file of a picture.
  func decode(_ file: tng_peer_file, of picture: PixelBuffer, threads: Int) throws {
    var file = file
    let count = picture.samples.count
    let done = [UInt8](unsafeUninitializedCapacity: count) { samples, initialized in
      let done = functions.decode(&file, Int32(threads), samples.baseAddress!)
      initialized = done ? count : 0
    }
    guard !done.isEmpty else { throw Failure.decoding(name) }
  }

  /// The quality that gives the standard rate.
  func standardQuality() throws -> Double {
    try Measuring.standardQuality(coarsest: functions.coarsest, finest: functions.finest) {
      picture, quality in
      var file = try encode(picture, quality: quality, threads: 2)
      defer { tng_peer_free(&file) }
      return file.count
    }
  }
}
