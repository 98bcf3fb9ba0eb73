import Pixels
import TNG

/// Encodes without loss.
func losslessly(_ picture: Picture, threads: Int = 2) throws(TNGError) -> [UInt8] {
  try TNGEncoder(options: .init(target: .lossless, threads: threads)).encode(picture)
}

/// Encodes by the network alone, with default options but for these.
func encoded(
  _ picture: Picture, level: Int = 31, tuning: Tuning = .psnr, threads: Int = 2
) throws(TNGError) -> [UInt8] {
  let target = TNGEncoder.Target.level(level)
  return try TNGEncoder(
    options: .init(target: target, tuning: tuning, graphics: .never, threads: threads)
  ).encode(picture)
}
