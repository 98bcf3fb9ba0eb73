import Bytes
import Codec
import Container
import EntropyCoding
import Foundation
import Models
import Neural
import Pixels
import TNG
import Testing

/// The codec against its integer twin in `training/`: every layer, every latent, every pixel.
@Suite struct VectorTests {
  static let kernels = Kernels.all.map(\.name)

  private func execution(_ name: String) -> Execution {
    Execution(kernels: Kernels.all.first { $0.name == name }!, threads: 2)
  }

  @Test(arguments: try Vector.all, kernels)
  func everyTensorMatches(vector: Vector, kernels: String) throws {
    let model = ModelLibrary.psnr
    #expect(model.id.hexadecimal == vector.model)
    #expect(CRC32C.of(vector.picture.samples).hexadecimal == vector.input.crc)
    var log = LayerLog(runs: vector.runs)
    let execution = execution(kernels)

    let input = vector.picture.analysisInput
    let latents = log.run(
      model.analysis, "analysis", input, level: vector.level, on: execution)
    #expect(latents.summary == vector.latents)
    let strips = Analysis(model: model, execution: execution)
    #expect(strips.latents(of: vector.picture, level: vector.level).summary == vector.latents)
    let decoded = Tensor(rows: latents.rows, columns: latents.columns, channels: latents.channels)
    for tile in vector.tiles {
      let part = check(tile, of: latents, model: model, &log, on: execution)
      decoded.replace(row: tile.row, column: tile.column, with: part)
    }
    _ = log.run(model.synthesis, "synthesis", decoded, level: vector.level, on: execution)
    #expect(log.isComplete)
  }

  /// Checks a tile and returns its decoded latents.
  private func check(
    _ tile: Vector.Tile, of latents: borrowing Tensor, model: Model, _ log: inout LayerLog,
    on execution: Execution
  ) -> Tensor {
    let (rows, columns) = (tile.features.shape[0], tile.features.shape[1])
    let part = latents.window(row: tile.row, column: tile.column, rows: rows, columns: columns)
    let coded = LatentEncoder(
      model: model, execution: execution, quantization: .nearest
    ).encode(part)
    #expect(coded.hyperLatents.summary == tile.hyperLatents)
    #expect(coded.decoded.summary == tile.decodedLatents)
    let bits = coded.stream.operations.reduce(0) { $0 + 12 - log2(Double($1.frequency)) }
    #expect(abs(bits - tile.bits) < 0.01)

    let padded = part.window(
      row: 0, column: 0, rows: (rows + 3) / 4 * 4, columns: (columns + 3) / 4 * 4)
    let hyperLatents = log.run(model.hyperAnalysis, "hyper analysis", padded, on: execution)
    let features = log.run(model.hyperSynthesis, "hyper synthesis", hyperLatents, on: execution)
      .window(row: 0, column: 0, rows: rows, columns: columns)
    #expect(features.summary == tile.features)
    for step in 0..<model.order.stepCount {
      let known = coded.decoded.known(before: step, model.order)
      var x = step == 0 ? features.copy() : features.concatenated(with: known)
      x = log.run(model.context.inputs[step], "context input \(step)", x, on: execution)
      x = log.run(model.context.trunk, "context trunk", x, on: execution)
      let output = Network(layers: [.pointwise(model.context.output)])
      x = log.run(output, "context output", x, on: execution)
      #expect(x.summary == tile.contextOutputs[step])
      let used = model.context.run(step: step, features: features, decoded: known, on: execution)
      #expect(used.summary == x.used(by: step, model.order).summary)
    }
    return coded.decoded.copy()
  }

  @Test(arguments: try Vector.all, kernels)
  func pixelsMatch(vector: Vector, kernels: String) throws {
    let execution = execution(kernels)
    try check(vector, .nearest, bits: vector.bits, pixels: vector.pixels, on: execution)
    let optimized = vector.rateDistortionOptimized
    try check(
      vector, .rateDistortionOptimized, bits: optimized.bits, pixels: optimized.pixels,
      on: execution)
  }

  private func check(
    _ vector: Vector, _ quantization: Quantization, bits: Double, pixels: Vector.Samples,
    on execution: Execution
  ) throws {
    let model = ModelLibrary.psnr
    let encoder = PictureEncoder(model: model, execution: execution, quantization: quantization)
    let file = try encoder.file(of: vector.picture, level: vector.level)
    let size = Double(file.frames[0].layers[0].lengths.reduce(0, +))
    // Of each stream, the two initial states are 32 bits beside the symbols.
    #expect(abs(8 * size - bits) < 0.01 * bits + 48 * Double(vector.tiles.count))
    let decoded = try PictureDecoder(model: model, execution: execution).pixels(of: file)
    #expect(CRC32C.of(decoded.samples).hexadecimal == pixels.crc)
  }
}

/// Compares the layers of each evaluation of a network with those of a vector, in their order.
private struct LayerLog {
  private let runs: [Vector.Run]?
  private var next = 0

  init(runs: [Vector.Run]?) { self.runs = runs }

  var isComplete: Bool { runs.map { $0.count == next } ?? true }

  mutating func run(
    _ network: Network, _ name: String, _ input: borrowing Tensor, level: Int = 0,
    on execution: Execution
  ) -> Tensor {
    let expected = runs?[next]
    next += 1
    if let expected { #expect(expected.network == name) }
    return network.run(input.copy(), level: level, on: execution) { layer, output in
      guard let expected else { return }
      let summary = output.summary
      #expect(summary == expected.layers[layer], "\(name), layer \(layer)")
    }
  }
}

extension Tensor {
  fileprivate var summary: Vector.Summary {
    let bytes = Array(UnsafeRawBufferPointer(values))
    return Vector.Summary(shape: [rows, columns, channels], crc: CRC32C.of(bytes).hexadecimal)
  }

  fileprivate borrowing func copy() -> Tensor {
    window(row: 0, column: 0, rows: rows, columns: columns)
  }

  fileprivate borrowing func concatenated(with other: borrowing Tensor) -> Tensor {
    let result = Tensor(rows: rows, columns: columns, channels: channels + other.channels)
    for i in 0..<rows {
      for j in 0..<columns {
        result.position(i, j).update(from: position(i, j), count: channels)
        (result.position(i, j) + channels).update(from: other.position(i, j), count: other.channels)
      }
    }
    return result
  }

  /// The latents that steps before `step` have decoded; the others are zero.
  fileprivate borrowing func known(before step: Int, _ order: CodingOrder) -> Tensor {
    let result = Tensor(rows: rows, columns: columns, channels: channels)
    let size = channels / order.stepCount
    for i in 0..<rows {
      for j in 0..<columns {
        for earlier in 0..<step {
          let first = order.group(step: earlier, row: i, column: j) * size
          (result.position(i, j) + first).update(
            from: position(i, j) + first, count: size)
        }
      }
    }
    return result
  }

  /// Of the context output, what a step uses.
  fileprivate borrowing func used(by step: Int, _ order: CodingOrder) -> Tensor {
    let size = channels / 2 / order.stepCount
    let result = Tensor(rows: rows, columns: columns, channels: 2 * size)
    for i in 0..<rows {
      for j in 0..<columns {
        let first = order.group(step: step, row: i, column: j) * size
        for half in 0..<2 {
          (result.position(i, j) + half * size).update(
            from: position(i, j) + half * channels / 2 + first, count: size)
        }
      }
    }
    return result
  }
}

extension PixelBuffer {
  /// The colours as the analysis takes them, padded by repetition: Format.md, section 10.
  fileprivate var analysisInput: Tensor {
    let side = { (pixels: Int) in (pixels + 15) / 16 * 16 }
    let input = Tensor(rows: side(height), columns: side(width), channels: 3)
    for i in 0..<input.rows {
      for j in 0..<input.columns {
        let pixel = 3 * (min(i, height - 1) * width + min(j, width - 1))
        for color in 0..<3 {
          input.position(i, j)[color] = 2 * Int16(samples[pixel + color]) - 255
        }
      }
    }
    return input
  }
}

extension UInt32 {
  fileprivate var hexadecimal: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
