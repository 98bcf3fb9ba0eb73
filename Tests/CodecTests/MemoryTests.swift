import Codec
import Container
import Foundation
import Models
import Neural
import PictureMetrics
import Pixels
import TNG
import Testing

#if compiler(>=6.2) && os(Linux)
  /// Coding takes no more memory than limits are held against. In processes of their own, because
  /// other tests use memory too.
  @Suite struct MemoryTests {
    @Test func decodingKeepsItsBound() async {
      await #expect(processExitsWith: .success) {
        for (pixels, threads) in Self.cases {
          let execution = Execution(threads: threads)
          let file = try encoded(Picture(pixels: pixels), threads: 1)
          let container = try ContainerFile(parsing: file)
          let decoder = PictureDecoder(model: ModelLibrary.psnr, execution: execution)
          try Self.expect(
            decoder.memory(for: container.header, container.frames[0].header).bytes(
              threads: threads)
          ) {
            try execution.withWorkers { execution in
              let decoder = PictureDecoder(model: ModelLibrary.psnr, execution: execution)
              _ = try PixelBuffer(
                width: pixels.width, height: pixels.height, format: pixels.format
              ) { sink in
                try decoder.decode(
                  container.frames[0], of: container, to: sink, allowsPartial: false)
              }
            }
          }
        }
      }
    }

    @Test func encodingKeepsItsBound() async {
      await #expect(processExitsWith: .success) {
        let model = ModelLibrary.psnr
        let gradient = model.synthesisGradient()
        for (pixels, threads) in Self.cases {
          let quantization = Quantization.refined(
            Refinement(
              of: model, gradient: gradient, passes: 1,
              distortion: threads == 1 ? .squaredError : .structuralError))
          let execution = Execution(threads: threads)
          let header = FileHeader(
            isGray: pixels.format.isGray, hasAlpha: pixels.format.hasAlpha, width: pixels.width,
            height: pixels.height)
          let encoder = PictureEncoder(
            model: model, execution: execution, quantization: quantization)
          let alpha = ExactLayer.alpha(of: header)
          var need = encoder.memory(for: header)
          if header.hasAlpha { need += alpha.memory }
          try Self.expect(need.bytes(threads: threads)) {
            try execution.withWorkers { execution in
              let encoder = PictureEncoder(
                model: model, execution: execution, quantization: quantization)
              _ = try encoder.encode(pixels, level: 63)
              if header.hasAlpha { _ = try alpha.encode(pixels, on: execution) }
            }
          }
        }
      }
    }

    @Test func scoringKeepsItsBound() async {
      await #expect(processExitsWith: .success) {
        for (pixels, threads) in Self.cases {
          let need = ssimulacra2Memory(width: pixels.width, height: pixels.height)
          try Self.expect(need.base + UInt64(threads) * need.worker) {
            Execution(threads: threads).withWorkers { execution in
              _ = ssimulacra2(of: pixels, against: pixels, execution)
            }
          }
        }
      }
    }

    @Test func losslessCodingKeepsItsBound() async {
      await #expect(processExitsWith: .success) {
        for (pixels, threads) in Self.cases {
          let header = FileHeader(
            isGray: pixels.format.isGray, hasAlpha: pixels.format.hasAlpha, width: pixels.width,
            height: pixels.height)
          let (colors, execution) = (ExactLayer.colors(of: header), Execution(threads: threads))
          var streams: [[UInt8]] = []
          try Self.expect(colors.memory.bytes(threads: threads)) {
            streams = try execution.withWorkers { try colors.encode(pixels, on: $0) }
          }
          let frame = FrameHeader(layers: [.exact])
          let file = ContainerFile.write(
            header: header, chunks: [], frame: frame, layers: [streams])
          let container = try ContainerFile(parsing: file)
          let decoder = PictureDecoder(model: nil, execution: execution)
          try Self.expect(decoder.memory(for: header, frame).bytes(threads: threads)) {
            _ = try execution.withWorkers { execution in
              try PixelBuffer(
                width: pixels.width, height: pixels.height, format: pixels.format
              ) { sink in
                try PictureDecoder(model: nil, execution: execution).decode(
                  container.frames[0], of: container, to: sink, allowsPartial: false)
              }
            }
          }
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

    private static func noise(width: Int, height: Int, format: PixelFormat) -> PixelBuffer {
      var random = SystemRandomNumberGenerator()
      let samples = (0..<width * height * format.channels).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      return PixelBuffer(width: width, height: height, format: format, samples: samples)
    }

    /// Expects `work` to raise the memory of this process by at most `bound` bytes, beside two
    /// megabytes of threads and small things.
    private static func expect(_ bound: UInt64, _ work: () throws -> Void) throws {
      releaseFreeMemory()
      let before = try memory("VmRSS")
      // The peak is that from now on.
      try Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
      try work()
      let used = try memory("VmHWM") - before
      #expect(used <= Int(bound) + 2 << 20)
    }

    /// Gives back to the system what is freed, so that it does not serve what is measured.
    private static func releaseFreeMemory() {
      typealias Trim = @convention(c) (Int) -> CInt
      guard let function = dlsym(nil, "malloc_trim") else { return }
      _ = unsafeBitCast(function, to: Trim.self)(0)
    }

    /// An entry of Linux's status of this process, in bytes.
    private static func memory(_ name: String) throws -> Int {
      let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(name) })
      let kibibytes = try #require(line.split(whereSeparator: { !$0.isNumber }).first)
      return try #require(Int(kibibytes)) << 10
    }
  }
#endif
