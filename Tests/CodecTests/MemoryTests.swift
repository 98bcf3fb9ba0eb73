import Codec
import Container
import Models
import Neural
import Pixels
import TNG
import TestSupport
import Testing

#if compiler(>=6.2) && os(Linux)
  /// Coding takes no more memory than limits are held against. In processes of their own, because
  /// other tests use memory too.
  @Suite struct MemoryTests {
    @Test func decodingKeepsItsBound() async {
      await #expect(processExitsWith: .success) {
        let model = ModelLibrary.psnr
        for (pixels, threads) in Self.cases {
          let encoder = PictureEncoder(model: model, execution: Execution())
          let file = try encoder.file(of: pixels, level: 31)
          try Self.expectDecodingKeepsItsBound(of: file, model: model, threads: threads)
        }
      }
    }

    @Test func encodingKeepsItsBound() async {
      await #expect(processExitsWith: .success) {
        for (pixels, threads) in Self.cases {
          let model = threads == 1 ? ModelLibrary.psnr : ModelLibrary.perceptual
          let gradient = model.synthesisGradient()
          let level = model.levelCount - 1
          let quantization = Quantization.refined(
            Refinement(
              of: model, gradient: gradient, passes: 1))
          let execution = Execution(threads: threads)
          let header = FileHeader(of: pixels)
          let alpha = ExactLayer.alpha(of: header)
          var need = PictureEncoder(model: model, execution: execution, quantization: quantization)
            .memory(for: header, level: level)
          if header.hasAlpha { need += alpha.memory }
          try Self.expect(need.bytes(threads: threads)) {
            try execution.withWorkers { execution in
              let encoder = PictureEncoder(
                model: model, execution: execution, quantization: quantization)
              _ = try encoder.encode(pixels, level: level)
              if header.hasAlpha { _ = try alpha.encode(pixels, on: execution) }
            }
          }
        }
      }
    }

    @Test func losslessCodingKeepsItsBound() async {
      await #expect(processExitsWith: .success) {
        for (pixels, threads) in Self.cases {
          let header = FileHeader(of: pixels)
          let (colors, execution) = (ExactLayer.colors(of: header), Execution(threads: threads))
          var streams: [[UInt8]] = []
          try Self.expect(colors.memory.bytes(threads: threads)) {
            streams = try execution.withWorkers { try colors.encode(pixels, on: $0) }
          }
          let file = ContainerFile.write(
            header: header, chunks: [], frame: FrameHeader(layers: [.exact]), layers: [streams])
          try Self.expectDecodingKeepsItsBound(
            of: ContainerFile(parsing: file), model: nil, threads: threads)
        }
      }
    }

    private static func expectDecodingKeepsItsBound(
      of file: ContainerFile, model: Model?, threads: Int
    ) throws {
      let execution = Execution(threads: threads)
      let need = PictureDecoder(model: model, execution: execution)
        .memory(for: file.header, file.frames[0].header)
      try expect(need.bytes(threads: threads)) {
        try execution.withWorkers { execution in
          _ = try PictureDecoder(model: model, execution: execution).pixels(of: file)
        }
      }
    }

    /// Pictures of one tile and of several, wide ones and high ones; noise, because it takes the
    /// most.
    private static var cases: [(pixels: PixelBuffer, threads: Int)] {
      [
        (noise(width: 16, height: 16, format: .rgb), 1),
        (noise(width: 400, height: 300, format: .rgb), 2),
        (noise(width: 20, height: 3000, format: .gray), 2),
        (noise(width: 3000, height: 20, format: .rgba), 1),
        (noise(width: 1500, height: 1100, format: .rgba), 2),
      ]
    }

    /// Expects `work` to raise the memory of this process by at most `bound` bytes, beside two
    /// megabytes of threads and small things.
    private static func expect(_ bound: UInt64, _ work: () throws -> Void) throws {
      let used = try peakMemory(of: work)
      #expect(used <= Int(bound) + 2 << 20)
    }
  }
#endif
