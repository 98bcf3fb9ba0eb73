package import Neural

extension ModelProperties {
  static let signature: [UInt8] = [0x8A, 0x54, 0x4E, 0x57]
  /// The version of the format.
  private static let version: UInt8 = 2

  /// Reads what a weights file says before its networks, from its first byte on.
  package init(parsing reader: inout ParameterReader) throws(ModelError) {
    guard reader.bytes.starts(with: Self.signature) else { throw .notWeights }
    let version: UInt8
    do throws(ParameterError) {
      _ = try reader.take(Self.signature.count)
      version = UInt8(try reader.u8())
    } catch {
      throw .record(error)
    }
    guard version == Self.version else { throw .unknownVersion(version) }
    do throws(ParameterError) {
      try self.init(fields: &reader)
    } catch {
      throw .record(error)
    }
  }

  private init(fields reader: inout ParameterReader) throws(ParameterError) {
    name = try reader.text()
    objective = Objective(rawValue: try reader.text())
    geometry = try LatentGeometry(parsing: &reader)
    let channelsOffset = reader.offset
    latentChannels = try reader.channels("latentChannels")
    hyperChannels = try reader.channels("hyperChannels")
    fractionBits = try reader.u8("fractionBits", in: 0...12)
    skipBelow = try reader.u8("skipBelow", in: 0...63)
    order = try CodingOrder(parsing: &reader)
    // Kernels give 16 channels at a time, and a step uses a group.
    guard latentChannels % (16 * order.stepCount) == 0 else {
      throw .badField(
        "latentChannels is not a multiple of \(16 * order.stepCount)", offset: channelsOffset)
    }
    lambdas = try Self.readLambdas(&reader)
    refinement = try RefinementConstants(parsing: &reader)
  }

  private static func readLambdas(
    _ reader: inout ParameterReader
  ) throws(ParameterError) -> [UInt32] {
    let count = try reader.u8("levels", in: 1...maximumLevels)
    var lambdas: [UInt32] = []
    for _ in 0..<count {
      let lambda = try reader.u32()
      guard lambda > lambdas.last ?? 0 else {
        throw .badField("λ does not grow from level to level", offset: reader.offset - 4)
      }
      lambdas.append(lambda)
    }
    return lambdas
  }
}

extension LatentGeometry {
  init(parsing reader: inout ParameterReader) throws(ParameterError) {
    let start = reader.offset
    latentReduction = try reader.u8("latentReduction", in: 2...64)
    hyperReduction = try reader.u8("hyperReduction", in: 2...128)
    guard hyperReduction % latentReduction == 0, Self.tileSide % hyperReduction == 0 else {
      throw .badField("latents and hyper latents do not divide a tile", offset: start)
    }
  }

  /// The samples on a side of a tile: Format.md, section 3.
  private static let tileSide = 1024
}

extension CodingOrder {
  init(parsing reader: inout ParameterReader) throws(ParameterError) {
    let start = reader.offset
    let count = try reader.u8("groups", in: 1...Self.maximumSteps)
    var groups: [UInt8] = []
    for _ in 0..<4 * count { groups.append(UInt8(try reader.u8())) }
    guard let order = CodingOrder(groups: groups) else {
      throw .badField("a group is not coded once at each parity", offset: start)
    }
    self = order
  }
}

extension RefinementConstants {
  init(parsing reader: inout ParameterReader) throws(ParameterError) {
    roundingWeight = try reader.u16()
    let offset = reader.offset
    let weight = try reader.u32()
    guard weight <= Self.maximumWeight else {
      throw .badField("distortionWeight is \(weight)", offset: offset)
    }
    distortionWeight = Int(weight)
    curvature = Line(base: try reader.u16(), perIndex: try reader.u16())
    firstSlope = Line(base: try reader.u16(), perIndex: try reader.u16())
    leastPredictedGain = try reader.u16()
    predictedGainSpan = try reader.u16("predictedGainSpan", in: 1...65535)
    leastGain = try reader.u16()
    untriedMargin = try reader.u16()
    proportionalPasses = try reader.u8()
    makesUntried = try reader.u8("makesUntried", in: 0...1) == 1
  }

  /// The largest ``distortionWeight``, so that its product with λ fits 64 bits.
  private static let maximumWeight: UInt32 = 1 << 28
}
