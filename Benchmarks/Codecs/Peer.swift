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

  /// The best quality at which a picture takes at most the standard rate, by bisection.
  func standardQuality(for picture: PixelBuffer) throws -> Double {
    var (coarse, fine) = (functions.coarsest, functions.finest)
    for _ in 0..<8 {
      let middle = (coarse + fine) / 2
      var file = try encode(picture, quality: middle, threads: 2)
      defer { tng_peer_free(&file) }
      if file.count <= standardBytes(for: picture) { coarse = middle } else { fine = middle }
    }
    return coarse
  }
}
