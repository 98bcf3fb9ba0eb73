package import Neural
package import Pixels

/// The side of the square of pixels that a latent position stands for.
package let latentReduction = 16

extension PixelBuffer {
  /// The colour samples as the analysis takes them: 2·p − 255, three channels (grey repeated), the last row and column repeated up to
  /// multiples of 16.
  package func analysisInput(on execution: Execution) -> Tensor {
    let input = Tensor(
      rows: paddedToLatents(height), columns: paddedToLatents(width), channels: 3)
    let green = format.isGray ? 0 : 1
    let blue = format.isGray ? 0 : 2
    samples.withUnsafeBufferPointer { samples in
      execution.divide(input.rows) { rows in
        for i in rows {
          var to = input.row(i)
          let line = min(i, height - 1) * width
          for j in 0..<input.columns {
            let pixel = (line + min(j, width - 1)) * format.channels
            to[0] = 2 * Int16(samples[pixel]) - 255
            to[1] = 2 * Int16(samples[pixel + green]) - 255
            to[2] = 2 * Int16(samples[pixel + blue]) - 255
            to += 3
          }
        }
      }
    }
    return input
  }

  /// A picture from the synthesis' output, clamped and cropped, with an alpha plane if there is one.
  package init(
    synthesized output: borrowing Tensor, width: Int, height: Int, format: PixelFormat,
    alpha: [UInt8]?, on execution: Execution
  ) {
    let channels = format.channels
    let samples = [UInt8](unsafeUninitializedCapacity: width * height * channels) {
      samples, count in
      // SAFETY: each call writes rows of its own; all rows together are all samples.
      let base = samples.baseAddress!
      execution.divide(height) { rows in
        for i in rows {
          var from = output.row(i)
          var to = base + i * width * channels
          for j in 0..<width {
            let (red, green, blue) = (clamp(from[0]), clamp(from[1]), clamp(from[2]))
            if format.isGray {
              to[0] = UInt8((Int(red) + Int(green) + Int(blue) + 1) / 3)
            } else {
              (to[0], to[1], to[2]) = (red, green, blue)
            }
            if format.hasAlpha { to[channels - 1] = alpha?[i * width + j] ?? 255 }
            from += 3
            to += channels
          }
        }
      }
      count = width * height * channels
    }
    self.init(width: width, height: height, format: format, samples: samples)
  }

  /// The alpha samples, or nil when there are none or all are 255.
  package var alphaPlane: [UInt8]? {
    guard format.hasAlpha else { return nil }
    let step = format.channels
    let plane = (0..<width * height).map { samples[$0 * step + step - 1] }
    return plane.allSatisfy { $0 == 255 } ? nil : plane
  }
}

private func paddedToLatents(_ side: Int) -> Int {
  (side + latentReduction - 1) / latentReduction * latentReduction
}

@inline(__always)
private func clamp(_ value: Int16) -> UInt8 { UInt8(truncatingIfNeeded: min(max(value, 0), 255)) }
