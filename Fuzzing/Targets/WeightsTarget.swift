import Models
import Neural
import Pixels

/// Loads a weights file with the right id. Whatever is accepted must code pictures.
func checkWeights(_ bytes: [UInt8]) throws(Contradiction) {
  _ = try? Model(parsing: bytes)
  guard let model = try? Model(parsing: sealed(weights: bytes)) else { return }
  let samples = (0..<33 * 17 * 4).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }
  let pixels = PixelBuffer(width: 33, height: 17, format: .rgba, samples: samples)
  try checkPaths(pixels, Int(bytes[bytes.count / 2]) % model.levelCount, model: model, threads: 1)
}
