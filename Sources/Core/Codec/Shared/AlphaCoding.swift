import EntropyCoding

/// Either direction of coding binary decisions, so that encoder and decoder share one walk over the samples.
protocol DecisionCoder {
  /// An encoder codes `bit` and returns it; a decoder ignores it and returns what was coded.
  mutating func code(_ bit: Bool, _ model: inout AdaptiveBit) -> Bool
}

extension StreamEncoder: DecisionCoder {
  mutating func code(_ bit: Bool, _ model: inout AdaptiveBit) -> Bool {
    append(bit, &model)
    return bit
  }
}

extension StreamDecoder: DecisionCoder {
  mutating func code(_ bit: Bool, _ model: inout AdaptiveBit) -> Bool { self.bit(&model) }
}

/// Lossless coding of a tile of alpha samples: Format.md, section 7.
struct AlphaCoding {
  private var hits = [AdaptiveBit](repeating: AdaptiveBit(), count: 4 * 3 * 4)
  private var sign = AdaptiveBit()
  private var prefixes = [AdaptiveBit](repeating: AdaptiveBit(), count: 4 * 8)
  private var mantissas = [AdaptiveBit](repeating: AdaptiveBit(), count: 8 * 8)

  /// Codes `plane`, a tile of `width` columns: an encoder reads its samples, a decoder writes them.
  ///
  /// - Returns: false if a decoder met a sample outside 0 … 255; it and all after it keep their value.
  mutating func run(
    _ plane: inout [UInt8], width: Int, with coder: inout some DecisionCoder
  ) -> Bool {
    var hitsAbove = [Bool](repeating: true, count: width)
    var hitBefore = true
    for index in plane.indices {
      let column = index % width
      let context = Neighbourhood(of: index, width: width, in: plane)
      let above = index < width ? true : hitsAbove[column]
      let hitContext =
        (context.activityClass * 3 + context.extreme) * 4 + (hitBefore ? 2 : 0) + (above ? 1 : 0)
      let value = Int(plane[index])
      let isHit = !coder.code(value != context.prediction, &hits[hitContext])
      if isHit {
        plane[index] = UInt8(context.prediction)
      } else {
        let difference = codeDifference(value - context.prediction, context, with: &coder)
        guard let sample = UInt8(exactly: context.prediction + difference) else { return false }
        plane[index] = sample
      }
      hitBefore = isHit
      hitsAbove[column] = isHit
    }
    return true
  }

  private mutating func codeDifference(
    _ difference: Int, _ context: Neighbourhood, with coder: inout some DecisionCoder
  ) -> Int {
    let isBelow =
      context.extreme == 0
      ? coder.code(difference < 0, &sign) : context.prediction == 255
    let number = codeMagnitude(abs(difference), context.activityClass, with: &coder)
    return isBelow ? -number : number
  }

  /// Exp-Golomb code of a number, 1 … 255 (larger ones exist in damaged streams only).
  private mutating func codeMagnitude(
    _ number: Int, _ activityClass: Int, with coder: inout some DecisionCoder
  ) -> Int {
    let length = Int.bitWidth - 1 - max(number, 1).leadingZeroBitCount
    var k = 0
    while k < 7, coder.code(k < length, &prefixes[8 * activityClass + k]) { k += 1 }
    var result = 1
    for bit in stride(from: k - 1, through: 0, by: -1) {
      let isSet = coder.code(number >> bit & 1 == 1, &mantissas[8 * k + bit])
      result = result << 1 | (isSet ? 1 : 0)
    }
    return result
  }
}

/// What the samples before one say about it.
private struct Neighbourhood {
  let prediction: Int
  /// 0 (flat) … 3 (busy).
  let activityClass: Int
  /// 1 if the prediction is 0, 2 if it is 255, otherwise 0.
  let extreme: Int

  init(of index: Int, width: Int, in plane: [UInt8]) {
    let column = index % width
    let sample = { Int(plane[$0]) }
    let north: Int
    let west: Int
    let northWest: Int
    let northEast: Int
    if index < width {
      west = index == 0 ? 255 : sample(index - 1)
      (north, northWest, northEast) = (west, west, west)
    } else {
      north = sample(index - width)
      west = column == 0 ? north : sample(index - 1)
      northWest = column == 0 ? north : sample(index - width - 1)
      northEast = column == width - 1 ? north : sample(index - width + 1)
    }
    if north == northWest {
      prediction = west
    } else if west == northWest {
      prediction = north
    } else {
      prediction = min(max(west + north - northWest, min(west, north)), max(west, north))
    }
    let activity = abs(west - northWest) + abs(north - northWest) + abs(north - northEast)
    activityClass = activity == 0 ? 0 : activity < 16 ? 1 : activity < 64 ? 2 : 3
    extreme = prediction == 0 ? 1 : prediction == 255 ? 2 : 0
  }
}
