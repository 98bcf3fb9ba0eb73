import Models
import Neural
import TNG
import TestSupport
import Testing

/// What a model's layers say that it needs.
@Suite struct NeedsTests {
  private let model = Result { try SmallModel.model.get() }

  /// The pixels of latents that are 0, but for one position.
  private func pixels(changing place: (row: Int, column: Int)?, in model: Model) -> [Int16] {
    let latents = Tensor(rows: 7, columns: 7, channels: model.latentChannels)
    if let place {
      for channel in 0..<model.latentChannels {
        latents.position(place.row, place.column)[channel] = 3000
      }
    }
    return Array(model.synthesis.run(latents, on: Execution()).values)
  }

  /// Whether a position's own square of pixels differs.
  private func differs(_ a: [Int16], _ b: [Int16], at position: Int, in model: Model) -> Bool {
    let (side, width) = (model.geometry.latentReduction, 7 * model.geometry.latentReduction)
    return (position * side..<(position + 1) * side).contains { row in
      let first = 3 * (row * width + position * side)
      return a[first..<first + 3 * side] != b[first..<first + 3 * side]
    }
  }

  @Test func pixelsDependOnLatentsAsFarAsTheHaloAndNoFurther() throws {
    let model = try model.get()
    #expect(model.halo == 1)
    let still = pixels(changing: nil, in: model)
    let near = pixels(changing: (3 + model.halo, 3), in: model)
    let far = pixels(changing: (3 + model.halo + 1, 3), in: model)
    #expect(differs(still, near, at: 3, in: model))
    #expect(!differs(still, far, at: 3, in: model))
  }

  @Test func theHaloOfTheEmbeddedModels() {
    #expect(ModelLibrary.psnr.halo == 4)
    #expect(ModelLibrary.perceptual.halo == 4)
  }

  /// More latents need more memory and work.
  @Test func needsGrowWithTheLatents() throws {
    var larger = SmallModel()
    larger.latentChannels = 128
    larger.synthesis[0] = .pointwise(128, 64)
    larger.analysis += [.pointwise(64, 128)]
    let (small, large) = (try model.get(), try Model(parsing: larger.weights()))
    #expect(large.tileMemory > small.tileMemory)
    #expect(
      large.decodingMultiplyAdds(positions: 16) > small.decodingMultiplyAdds(positions: 16))
  }
}
