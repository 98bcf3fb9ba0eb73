import EntropyCoding
import Models

/// How latents become the integers that are sent.
package enum Quantization: Sendable {
  /// To the nearest integer.
  case nearest
  /// To the integer, of the nearest and the next one towards zero, that costs less in rate and
  /// distortion together.
  case rateDistortionOptimized
  /// To the nearest integer, after the latents have been refined.
  case refined(Refinement)
}

/// Latents to integers; ``LatentCoding`` is where they become latents again.
struct Quantizer {
  /// Whether to choose by rate and distortion, or the nearest integer.
  let isOptimized: Bool
  let tables: TableSet
  /// The number of fractional bits of latents.
  let fractionBits: Int
  /// The weight of a squared error of one step in a latent, in the units of ``RateEstimate``
  /// (Documentation/Decisions/0001-rate-distortion-optimised-quantisation.md).
  let distortionWeight: Int

  init(_ quantization: Quantization, model: Model) {
    if case .rateDistortionOptimized = quantization {
      isOptimized = true
    } else {
      isOptimized = false
    }
    tables = model.tables
    fractionBits = model.fractionBits
    distortionWeight = model.properties.refinement.roundingWeight
  }

  /// The integer to send for the difference between a latent and its mean.
  @inline(__always)
  func residual(of difference: Int, table: Int) -> Int {
    let nearest = (difference + (1 << fractionBits) / 2) >> fractionBits
    guard isOptimized, nearest != 0 else { return nearest }
    let smaller = nearest - nearest.signum()
    return cost(smaller, difference, table) < cost(nearest, difference, table) ? smaller : nearest
  }

  private func cost(_ residual: Int, _ difference: Int, _ table: Int) -> Int {
    let error = difference - residual << fractionBits
    return tables.cost(of: residual, table: table)
      + (distortionWeight * error * error) >> (2 * fractionBits)
  }
}
