import Codec
import EntropyCoding
import Models
import Neural
public import Pixels
public import TNG

/// The stages of coding one picture, each to be run alone: what `Benchmarks` measures. Not for
/// other use.
public final class CodecStages {
  /// A part of encoding, of decoding, or of both.
  public enum Stage: String, CaseIterable, Sendable {
    /// Pixels to latents.
    case analysis
    /// Latents to hyper latents.
    case hyperAnalysis
    /// Hyper latents to features.
    case hyperSynthesis
    /// Features and latents to the means and scales of all latents, in four steps.
    case contextModel
    /// Integers to a stream.
    case entropyEncoding
    /// A stream to integers.
    case entropyDecoding
    /// Latents to pixels.
    case synthesis
  }

  private let model = ModelLibrary.perceptual
  private let pixels: PixelBuffer
  private let level: Int
  private let latents: Tensor
  private let hyperLatents: Tensor
  private let features: Tensor
  private let decoded: Tensor
  /// The integers that are sent, in order.
  private let integers: [Int32]
  /// For each, the table that codes it.
  private let tables: [UInt16]
  private let stream: [UInt8]

  /// Encodes a picture, and keeps what each stage takes.
  ///
  /// - Precondition: no side is longer than 1024, so that there is one tile.
  public init(of pixels: PixelBuffer, quality: Quality) {
    precondition(max(pixels.width, pixels.height) <= 1024, "the picture has more than one tile")
    let execution = Execution()
    level = quality.level(of: model.properties)
    self.pixels = pixels
    latents = Analysis(model: model, execution: execution).latents(of: pixels, level: level)
    let tile = LatentEncoder(
      model: model, execution: execution, quantization: .rateDistortionOptimized
    ).encode(latents)
    hyperLatents = tile.hyperLatents.copy()
    decoded = tile.decoded.copy()
    features = model.hyperSynthesis.run(hyperLatents.copy(), on: execution)
      .window(row: 0, column: 0, rows: latents.rows, columns: latents.columns)
    stream = tile.stream.finish()
    let symbols = Self.symbols(model, hyperLatents, features, decoded)
    integers = symbols.map(\.value)
    tables = symbols.map(\.table)
  }

  /// Unpacks a model, as the first picture does.
  public static func unpackModel() { _ = ModelLibrary.unpackedPSNR() }

  /// The number of pixels.
  public var pixelCount: Int { pixels.width * pixels.height }

  /// The number of integers that are sent.
  public var symbolCount: Int { integers.count }

  /// The multiply-adds of the convolutions of a stage.
  public func multiplyAdds(of stage: Stage) -> Int {
    let positions = latents.rows * latents.columns
    let hyperPositions = hyperLatents.rows * hyperLatents.columns
    let factor = model.geometry.hyperFactor
    return switch stage {
    case .analysis:
      model.analysis.multiplyAdds(
        positions: positions * model.geometry.latentReduction * model.geometry.latentReduction,
        input: Model.samples)
    case .hyperAnalysis:
      model.hyperAnalysis.multiplyAdds(
        positions: factor * factor * hyperPositions, input: model.latents)
    case .hyperSynthesis:
      model.hyperSynthesis.multiplyAdds(positions: hyperPositions, input: model.hyperLatents)
    case .contextModel: model.context.multiplyAdds(positions: positions)
    case .synthesis: model.synthesis.multiplyAdds(positions: positions, input: model.latents)
    case .entropyEncoding, .entropyDecoding: 0
    }
  }

  /// Runs a stage once.
  public func run(_ stage: Stage, threads: Int) {
    Execution(threads: threads).withWorkers { run(stage, on: $0) }
  }

  private func run(_ stage: Stage, on execution: Execution) {
    switch stage {
    case .analysis:
      _ = Analysis(model: model, execution: execution).latents(of: pixels, level: level)
    case .hyperAnalysis:
      let padded = latents.window(
        row: 0, column: 0, rows: model.geometry.hyperFactor * hyperLatents.rows,
        columns: model.geometry.hyperFactor * hyperLatents.columns)
      _ = model.hyperAnalysis.run(padded, on: execution)
    case .hyperSynthesis: _ = model.hyperSynthesis.run(hyperLatents.copy(), on: execution)
    case .contextModel: runContextModel(on: execution)
    case .entropyEncoding: encodeSymbols()
    case .entropyDecoding: decodeSymbols()
    case .synthesis:
      synthesize(on: execution)
    }
  }

  private func synthesize(on execution: Execution) {
    do {
      _ = try PixelBuffer(width: pixels.width, height: pixels.height, format: pixels.format) {
        sink throws(CodecError) in
        try Synthesis(model: model, execution: execution).write(
          decoded, level: level, isGray: pixels.format.isGray, fillsAlpha: true, to: sink)
      }
    } catch {
      preconditionFailure("nothing interrupts the synthesis: \(error)")
    }
  }

  /// What the decoded latents of a tile were sent as: the inverse of decoding them.
  private static func symbols(
    _ model: Model, _ hyperLatents: borrowing Tensor, _ features: borrowing Tensor,
    _ decoded: borrowing Tensor
  ) -> [(value: Int32, table: UInt16)] {
    let coding = LatentCoding(model: model, execution: Execution())
    var symbols = Array(
      zip(
        hyperLatents.values.map { Int32($0) },
        coding.hyperTables(positions: hyperLatents.rows * hyperLatents.columns)))
    _ = coding.run(features: features) { step, means in
      for row in 0..<step.rows {
        for index in step.range(row) {
          let place = Int(step.places[index])
          let difference = Int32(decoded.row(row)[place]) - Int32(means.row(row)[place])
          step.residuals[index] = difference >> Int32(model.fractionBits)
          symbols.append((step.residuals[index], step.tables[index]))
        }
      }
    }
    return symbols
  }

  private func runContextModel(on execution: Execution) {
    for step in 0..<model.order.stepCount {
      _ = model.context.run(step: step, features: features, decoded: decoded, on: execution)
    }
  }

  private func encodeSymbols() {
    var encoder = StreamEncoder()
    integers.withUnsafeBufferPointer { integers in
      tables.withUnsafeBufferPointer { encoder.append(integers, tables: $0, of: model.tables) }
    }
    precondition(encoder.finish() == stream, "the integers give another stream")
  }

  private func decodeSymbols() {
    let decoded = [Int32](unsafeUninitializedCapacity: tables.count) { decoded, count in
      count = tables.count
      do {
        var decoder = try StreamDecoder(stream, range: 0..<stream.count)
        try tables.withUnsafeBufferPointer {
          try decoder.integers(tables: $0, of: model.tables, to: decoded.baseAddress!)
        }
        try decoder.finish()
      } catch {
        preconditionFailure("the stream is not valid: \(error)")
      }
    }
    precondition(decoded == integers, "the stream gives other integers")
  }
}

extension Tensor {
  fileprivate borrowing func copy() -> Tensor {
    window(row: 0, column: 0, rows: rows, columns: columns)
  }
}
