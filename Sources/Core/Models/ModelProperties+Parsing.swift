package import Neural

extension ModelProperties {
  static let signature: [UInt8] = [0x8A, 0x54, 0x4E, 0x57]
  private static let version: UInt8 = 1

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
    geometry = LatentGeometry(latentReduction: 16, hyperReduction: 64)
    order = CodingOrder(groups: [0, 1, 2, 3, 3, 2, 1, 0, 2, 3, 0, 1, 1, 0, 3, 2])!
    latentChannels = try reader.channels("latentChannels")
    hyperChannels = try reader.channels("hyperChannels")
    guard latentChannels % (16 * order.stepCount) == 0 else {
      throw .badField("latentChannels is not a multiple of 64", offset: reader.offset)
    }
    fractionBits = try reader.u8("fractionBits", in: 0...12)
    skipBelow = try reader.u8("skipBelow", in: 0...63)
    let isStructural = Array(name.utf8) == Array("ms-ssim".utf8)
    objective = isStructural ? .structuralError : .squaredError
    // λ = 0.001·200^t, t = level / 63. Products alone, which are the same everywhere.
    let growth = 1.0877379619817862
    var lambda = 0.001
    lambdas = (0..<64).map { _ in
      defer { lambda *= growth }
      return UInt32((lambda * 2 / 3 * Double(1 << 24)).rounded(.down) * 3 / 2 + 0.5)
    }
    refinement = RefinementConstants(
      roundingWeight: 35 << 8, distortionWeight: isStructural ? 1150 << 16 : 1 << 16,
      curvature: .init(base: 900, perIndex: 40), firstSlope: .init(base: 2500, perIndex: 120),
      leastPromise: 200, fullPromise: isStructural ? 400 : 800,
      leastGain: isStructural ? 384 : 128, doubt: isStructural ? 3000 : 2000,
      proportionalPasses: isStructural ? 1 : 2, makesUntried: !isStructural)
  }
}
