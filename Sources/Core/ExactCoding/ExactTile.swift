import CExactCoding

/// A tile of samples that are coded without loss (Format-exact.md).
package struct ExactTile: Sendable, Hashable {
  package let shape: ExactTileShape
  /// The samples of a pixel side by side, row after row.
  package private(set) var samples: [UInt16]

  /// Creates a tile.
  ///
  /// - Parameters:
  ///   - samples: each below 2^`shape.depth`. What stands in coded blocks does not matter to a
  ///     decoder, and what stands in others not to an encoder.
  package init(shape: ExactTileShape, samples: [UInt16]) {
    precondition(samples.count == shape.sampleCount)
    self.shape = shape
    self.samples = samples
  }

  /// The stream of the coded blocks. ``decode(_:range:)`` is the inverse.
  ///
  /// - Complexity: O(*n*), where *n* is the number of samples.
  package func encoded() -> [UInt8] {
    precondition(samples.allSatisfy { Int($0) < 1 << shape.depth })
    var samples = samples
    return samples.withUnsafeMutableBufferPointer { samples in
      shape.withTile(samples.baseAddress!) { tile, workspace in
        // Noise takes a little more than its bits; if that is not enough, the second try is.
        var capacity = samples.count * (shape.depth + 2) / 8 + 1024
        while true {
          var needed = 0
          let stream = [UInt8](unsafeUninitializedCapacity: capacity) { bytes, count in
            needed = tng_exact_encode(tile, workspace, bytes.baseAddress!, capacity)
            count = min(needed, capacity)
          }
          if needed <= capacity { return stream }
          capacity = needed
        }
      }
    }
  }

  /// Moves samples of coded blocks, within a tolerance, to where the stream is shorter.
  ///
  /// - Returns: what each block then takes, about, in 1/256 bit; 0 for those that are not coded. The
  ///   palette is not counted.
  /// - Complexity: O(*n*), where *n* is the number of samples, as long as ``encoded()``.
  package mutating func simplify(within tolerance: ExactTolerance) -> [UInt32] {
    var costs = [UInt32](repeating: 0, count: shape.blockColumns * shape.blockRows)
    samples.withUnsafeMutableBufferPointer { samples in
      shape.withTile(samples.baseAddress!) { tile, workspace in
        costs.withUnsafeMutableBufferPointer {
          tng_exact_simplify(
            tile, workspace,
            tng_tolerance(
              least: Int32(tolerance.least), slope: Int32(tolerance.slope),
              most: Int32(tolerance.most)), $0.baseAddress!)
        }
      }
    }
    return costs
  }

  /// Reads the samples of the coded blocks from the stream in `bytes[range]`; the other samples stay
  /// as they are.
  ///
  /// If this throws, the samples of coded blocks are unspecified, but for those of the rows that
  /// the error names.
  ///
  /// - Complexity: O(*n*), where *n* is the number of samples, whatever the stream says.
  package mutating func decode(
    _ bytes: [UInt8], range: Range<Int>
  ) throws(ExactStreamError) {
    precondition(bytes.indices.contains(range))
    var rows: Int32 = 0
    let result = samples.withUnsafeMutableBufferPointer { samples in
      shape.withTile(samples.baseAddress!) { tile, workspace in
        bytes.withUnsafeBufferPointer { bytes in
          // SAFETY: an empty array may have no address; nothing is read then.
          withUnsafePointer(to: 0 as UInt8) { nothing in
            tng_exact_decode(
              tile, workspace, (bytes.baseAddress ?? nothing) + range.lowerBound, range.count, &rows
            )
          }
        }
      }
    }
    switch result {
    case tng_exact_whole: return
    case tng_exact_truncated: throw .truncated(rows: Int(rows))
    case tng_exact_invalid: throw .paletteTooLarge
    default: throw .unbalanced
    }
  }
}

/// How far an encoder may move samples of graphics.
///
/// Of three planes or more, differences of red count three quarters, those of blue half.
package struct ExactTolerance: Sendable, Hashable {
  /// The distance where all around is alike, or two of the four pixels around are.
  package var least: Int
  /// What is added to it for the largest difference to the four pixels around, in 1/256, unless
  /// two of these are the same.
  package var slope: Int
  /// The largest distance; 0 for none.
  package var most: Int

  package init(least: Int, slope: Int, most: Int) {
    self.least = least
    self.slope = slope
    self.most = most
  }

  /// Every sample stays as it is.
  package static let none = ExactTolerance(least: 0, slope: 0, most: 0)
}
