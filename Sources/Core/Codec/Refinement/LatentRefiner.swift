import Container
import EntropyCoding
import Models
import Neural
import Pixels

/// Moves the latents of a tile to where rate + λ·distortion of the decoded picture is less
/// (Documentation/Decisions/0005-refinement.md).
///
/// A pass proposes moves: residuals larger or smaller by one, where a gain is predicted. It takes
/// the gradient of the distortion where all of them are half made, or less where that is better
/// (``MoveRule``), and makes those moves that gain by it: for a quadratic cost the midpoint
/// gradient times the step is the exact change, however many latents move at once.
struct LatentRefiner: ~Copyable {
  /// How a picture is refined.
  struct Settings: Sendable {
    let model: Model
    let refinement: Refinement
    let level: Int
    let source: PixelBuffer
    /// The blocks in which errors do not count, because they are exact.
    var exact: BlockMap?
  }

  /// The latents before quantisation, which a pass moves.
  let target: Tensor
  private let settings: Settings
  private let execution: Execution
  private let rates: RateTable
  private let rule: MoveRule
  /// The latents that are decoded together: the tile's and, as the analysis gave them, those around
  /// it that share pixels with it.
  private let window: TileArea
  private let tile: TileArea
  private let surroundings: Tensor
  /// The distance in latents up to which errors around the tile count. Further out they depend on
  /// latents outside the window.
  private let errorHalo: Int
  /// Nil for the squared error.
  private let distortion: Gradient?
  /// The derivative of the distortion with respect to each latent, in 1/16 bit a step, when the
  /// next pass begins.
  private let slopes: Tensor
  /// How far each latent's move is tried, of ``MoveRule/wholeTrial``; negative for a smaller
  /// residual.
  private let trials: Tensor

  /// Prepares the refinement of a tile of a picture's latents.
  init(
    _ latents: borrowing Tensor, tile: TileArea, settings: Settings, execution: Execution
  ) {
    self.settings = settings
    self.execution = execution
    self.tile = tile
    rates = RateTable(settings.model.tables)
    rule = MoveRule(settings.refinement)
    let halo = settings.model.halo
    errorHalo = halo / 2
    window = tile.widened(by: halo, within: (latents.rows, latents.columns))
    surroundings = latents.window(window)
    target = latents.window(tile)
    distortion = Gradient(settings, window, on: execution)
    slopes = execution.tensor(
      rows: target.rows, columns: target.columns, channels: target.channels)
    trials = Tensor(
      rows: target.rows, columns: target.columns, channels: target.channels,
      in: execution.workspace)
  }

  /// The memory for a tile's refinement, in bytes for each of its positions, and for each worker.
  static func memory(
    of model: Model, _ refinement: Refinement
  ) -> (position: Int, worker: Int) {
    let gradient = refinement.gradient.memory
    let square = model.geometry.latentReduction * model.geometry.latentReduction
    let side = TileGrid.tileSide / model.geometry.latentReduction
    let widened = (side + 2 * model.halo) * (side + 2 * model.halo)
    let tensors = model.latentChannels * MemoryLayout<Int16>.stride
    var position = gradient.position + 2 * tensors
    if refinement.distortion == .structuralError {
      let sample = StructuralError.memoryPerSample
      // The gradient is computed for one colour after the other.
      let pixel = 3 * (sample.kept + MemoryLayout<Float>.stride) + sample.gradient
      position += pixel * square
    }
    if refinement.distortion == .perceptualError {
      let sample = PerceptualError.memoryPerSample
      position += (sample.kept + sample.gradient + 3 * MemoryLayout<Float>.stride) * square
    }
    return (position * widened / (side * side) + 6 * tensors, gradient.worker)
  }

  /// What is sent of a tile, and how.
  struct Choice: ~Copyable {
    /// Each latent's residual.
    let residuals: Tensor
    /// Each latent's scale table, or −1 if it is not sent.
    let tables: Tensor
    /// The latents as they will be decoded.
    let decoded: Tensor
  }

  /// Makes a pass: moves latents of the target whose choice can be improved.
  func improve(_ choice: borrowing Choice, pass: Int) {
    let probe = surroundings.copy(on: execution)
    propose(choice, probe, pass: pass)
    let gradient = settings.refinement.gradient.gradient(
      at: probe, level: settings.level, on: execution
    ) { replaceByGradient($0) }
    decide(choice, gradient)
  }
}

// MARK: Moves

extension LatentRefiner {
  /// How many of 65,536 moves with a predicted gain are tried in a pass, chosen at random: nearly
  /// all at first, then fewer, because moves of neighbours undo each other's gain.
  private static func share(of pass: Int) -> Int { max(62_000 * (9 - min(pass, 9)) / 9, 20_000) }

  /// Writes the tile's latents into the probe, each at its trial.
  private func propose(_ choice: borrowing Choice, _ probe: borrowing Tensor, pass: Int) {
    let (fractionBits, share) = (settings.model.fractionBits, Self.share(of: pass))
    let rule = rule
    execution.parallelFor(target.rows) { row, _ in
      var random = Randomness(seed: (tile.rows.lowerBound + row) << 8 + pass)
      let probe = probe.position(tileStart.row + row, tileStart.column)
      let (decoded, target) = (choice.decoded.row(row), target.row(row))
      let (residuals, tables) = (choice.residuals.row(row), choice.tables.row(row))
      let (slopes, trials) = (slopes.row(row), trials.row(row))
      for i in 0..<self.target.rowStride {
        trials[i] = 0
        probe[i] = decoded[i]
        let (table, residual) = (Int(tables[i]), Int(residuals[i]))
        guard table >= 0 else { continue }
        let curvature = rule.curvature(table: table)
        let slope =
          pass == 0
          ? (rule.firstSlope(table: table) * (Int(decoded[i]) - Int(target[i]))) >> fractionBits
          : Int(slopes[i]) << 4
        let direction = slope > 0 ? -1 : 1
        let change = rates.change(from: residual, by: direction, table: table)
        let predictedGain = -(change + direction * slope + curvature)
        let trial = rule.trial(predictedGain: predictedGain)
        guard trial > 0, random.next() < share else { continue }
        trials[i] = Int16(direction * trial)
        let distance = (trial << fractionBits) / (2 * MoveRule.wholeTrial)
        probe[i] = Int16(clamping: Int(decoded[i]) + direction * distance)
      }
    }
  }

  /// Makes the moves that gain by the gradient at the probe.
  private func decide(
    _ choice: borrowing Choice, _ gradient: borrowing NetworkGradient.Gradient
  ) {
    let (fractionBits, rule) = (settings.model.fractionBits, rule)
    let weight = distortionWeight
    // From the gradient's unit, that of the weight and latents to 1/256 bit and steps of 1.
    let shift = gradient.exponent + Self.weightFraction - RateEstimate.fractionBits - fractionBits
    execution.parallelFor(target.rows) { row, _ in
      let values = gradient.values.position(tileStart.row + row, tileStart.column)
      let (decoded, target) = (choice.decoded.row(row), target.row(row))
      let (residuals, tables) = (choice.residuals.row(row), choice.tables.row(row))
      let (slopes, trials) = (slopes.row(row), trials.row(row))
      for i in 0..<self.target.rowStride {
        var slope = Int(values[i]) * weight
        // Untrained weights may give any gradient, but it must stay inside 64 bits.
        slope = shift >= 0 ? slope >> shift : slope << min(-shift, 16)
        let (table, trial) = (Int(tables[i]), Int(trials[i]))
        if table >= 0, let leastGain = rule.leastGain(trial: abs(trial)) {
          let curvature = rule.curvature(table: table)
          // Extrapolated by the curvature from the probe to where the latent is.
          slope -= curvature * trial / MoveRule.wholeTrial
          let direction = trial != 0 ? trial.signum() : slope > 0 ? -1 : 1
          let change = rates.change(from: Int(residuals[i]), by: direction, table: table)
          if change + direction * slope + curvature < -leastGain {
            target[i] = Int16(clamping: Int(decoded[i]) + direction << fractionBits)
            slope += 2 * direction * curvature
          }
        }
        slopes[i] = Int16(clamping: slope >> 4)
      }
    }
  }

  private var tileStart: (row: Int, column: Int) {
    (
      tile.rows.lowerBound - window.rows.lowerBound,
      tile.columns.lowerBound - window.columns.lowerBound
    )
  }
}

// MARK: Distortion

extension LatentRefiner {
  private static let weightFraction = 24

  /// 2·λ/3, the derivative of λ·MSE of three colours with respect to an error, in bits, with
  /// ``weightFraction`` fractional bits; times the factor of the distortion where its gradient does
  /// not have it.
  private var distortionWeight: Int {
    let lambda = Int64(settings.model.properties.lambdas[settings.level])
    let weight = Int64(settings.refinement.constants.distortionWeight)
    let isWeighted = settings.refinement.distortion == .structuralError
    return Int(clamping: isWeighted ? lambda * 2 / 3 : lambda * 2 * weight / (3 << 16))
  }

  /// Replaces the synthesis' output, before its last shuffle, by the gradient of the distortion
  /// without its weight; returns the exponent.
  private func replaceByGradient(_ unshuffled: borrowing Tensor) -> Int {
    let pixels = UnshuffledPixels(window: window, unshuffled, settings.model.geometry)
    replaceByErrors(unshuffled, pixels)
    guard let distortion else {
      // Errors have nine bits.
      let exponent = 6
      unshuffled.scale(byPower: exponent, on: execution)
      return exponent
    }
    let planes = pixels.planes(of: unshuffled, on: execution)
    distortion.replace(planes)
    if let exact = settings.exact {
      for plane in planes { pixels.clear(exact, of: plane, on: execution) }
    }
    return pixels.write(planes, to: unshuffled, on: execution)
  }

  /// Replaces pixels by their errors, and by zeros outside the picture and too far from the tile.
  private func replaceByErrors(_ unshuffled: borrowing Tensor, _ pixels: UnshuffledPixels) {
    let source = settings.source
    let near = tile.widened(
      by: errorHalo, within: (window.rows.upperBound, window.columns.upperBound))
    let geometry = settings.model.geometry
    let rows = near.rows.samples(geometry, limit: source.height)
    let columns = near.columns.samples(geometry, limit: source.width)
    let channels = source.format.channels
    let (green, blue) = source.format.isGray ? (0, 0) : (1, 2)
    source.samples.withUnsafeBufferPointer { samples in
      pixels.forEachRow(in: unshuffled, on: execution) { y, x, values in
        // The pixels of the row that are in the picture, and near enough.
        let inside = rows.contains(y) ? columns.clamped(to: x..<x + pixels.side) : x..<x
        values.update(repeating: 0, count: 3 * (inside.lowerBound - x))
        (values + 3 * (inside.upperBound - x)).update(
          repeating: 0, count: 3 * (x + pixels.side - inside.upperBound))
        for at in inside {
          let (value, sample) = (values + 3 * (at - x), (y * source.width + at) * channels)
          if let exact = settings.exact, exact.covers(row: y, column: at) {
            (value[0], value[1], value[2]) = (0, 0, 0)
            continue
          }
          value[0] = error(value[0], samples[sample])
          value[1] = error(value[1], samples[sample + green])
          value[2] = error(value[2], samples[sample + blue])
        }
      }
    }
  }

  @inline(__always)
  private func error(_ value: Int16, _ sample: UInt8) -> Int16 {
    min(max(value, 0), 255) - Int16(sample)
  }

  /// What the gradient of the distortion depends on besides the error.
  private enum Gradient {
    /// Of red, green and blue.
    case structure([StructuralError])
    case perception(PerceptualError)

    /// Nil where the gradient is the error itself.
    init?(_ settings: Settings, _ window: TileArea, on execution: Execution) {
      let refinement = settings.refinement
      guard refinement.distortion != .squaredError else { return nil }
      let colors = LatentRefiner.colors(of: settings, window, on: execution)
      guard refinement.distortion == .structuralError else {
        self = .perception(PerceptualError(original: colors, execution: execution))
        return
      }
      let factor = Float(refinement.constants.distortionWeight) / 65536
      self = .structure(
        colors.map { StructuralError(original: $0, factor: factor, execution: execution) })
    }

    func replace(_ errors: [Plane]) {
      switch self {
      case .structure(let colors):
        for (structure, errors) in zip(colors, errors) { structure.replaceByGradient(errors) }
      case .perception(let perception): perception.replaceByGradient(errors)
      }
    }
  }

  /// Red, green and blue of the window; beyond the picture its last row and column.
  private static func colors(
    of settings: Settings, _ window: TileArea, on execution: Execution
  ) -> [Plane] {
    let (source, geometry) = (settings.source, settings.model.geometry)
    let rows = window.rows.samples(geometry, limit: .max)
    let columns = window.columns.samples(geometry, limit: .max)
    let channels = source.format.channels
    return (0..<3).map { color in
      let plane = Plane(rows: rows.count, columns: columns.count, in: execution.workspace)
      let offset = source.format.isGray ? 0 : color
      execution.parallelFor(rows.count) { row, _ in
        let line = min(rows.lowerBound + row, source.height - 1) * source.width
        for column in 0..<columns.count {
          let pixel = line + min(columns.lowerBound + column, source.width - 1)
          plane.row(row)[column] = Float(source.samples[pixel * channels + offset])
        }
      }
      return plane
    }
  }
}

// MARK: Helpers

extension Range<Int> {
  /// The samples of a picture with a side of `limit` that latents stand for.
  fileprivate func samples(_ geometry: LatentGeometry, limit: Int) -> Range<Int> {
    let reduction = geometry.latentReduction
    return lowerBound * reduction..<Swift.min(upperBound * reduction, limit)
  }
}

extension Tensor {
  fileprivate func copy(on execution: Execution) -> Tensor {
    let result = execution.tensor(rows: rows, columns: columns, channels: channels)
    execution.parallelFor(rows) { row, _ in
      result.row(row).update(from: self.row(row), count: rowStride)
    }
    return result
  }
}

/// The costs of residuals by the scale tables, precomputed for small residuals.
private struct RateTable: Sendable {
  private let tables: TableSet
  private let costs: [Int32]
  private static let reach = 24

  init(_ tables: TableSet) {
    self.tables = tables
    costs = (0..<Model.scaleCount).flatMap { table in
      (-Self.reach...Self.reach).map { Int32(tables.cost(of: $0, table: table)) }
    }
  }

  /// The change of cost, in 1/256 bit, when a residual grows by `move`.
  @inline(__always)
  func change(from residual: Int, by move: Int, table: Int) -> Int {
    if abs(residual) < Self.reach {
      let place = table * (2 * Self.reach + 1) + Self.reach + residual
      return costs.withUnsafeBufferPointer { Int($0[place + move]) - Int($0[place]) }
    }
    let range = tables.range(of: table)
    let moved = min(max(residual + move, range.lowerBound), range.upperBound)
    return tables.cost(of: moved, table: table) - tables.cost(of: residual, table: table)
  }
}

/// Pseudorandom numbers of 16 bits, by Knuth's linear congruential generator.
private struct Randomness {
  private var state: UInt64

  init(seed: Int) {
    state = UInt64(truncatingIfNeeded: seed)
    _ = next()
    _ = next()
  }

  mutating func next() -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 48)
  }
}
