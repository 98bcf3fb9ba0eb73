// Encode a picture, look at the file without decoding it, and decode it.
import Pixels
import TNG

// A picture: 8-bit samples, row after row. Here, a grey ramp.
let width = 256
let height = 128
let samples = (0..<width * height).map { UInt8($0 % width) }
let pixels = PixelBuffer(width: width, height: height, format: .gray, samples: samples)

// Quality is a level, or a target: `.bytes(20_000)`, `.psnr(38)`.
let encoder = TNGEncoder(options: .init(target: .quality(Quality(percent: 60)!), threads: 2))
let file = try encoder.encode(Picture(pixels: pixels))

let decoder = TNGDecoder(options: .init(threads: 2))
let info = try decoder.readInfo(file)
print("\(info.width)×\(info.height), \(file.count) bytes, level \(info.model?.level ?? 0)")

let picture = try decoder.decode(file)
precondition(picture.pixels.width == width)
