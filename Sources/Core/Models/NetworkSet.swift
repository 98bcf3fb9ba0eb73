import EntropyCoding
import Neural

/// What a network of a model is for. The raw value is its number in a weights file.
package struct NetworkRole: RawRepresentable, Sendable, Hashable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let analysis = NetworkRole(rawValue: 1)
  package static let hyperAnalysis = NetworkRole(rawValue: 2)
  package static let hyperSynthesis = NetworkRole(rawValue: 3)
  package static let contextTrunk = NetworkRole(rawValue: 4)
  package static let contextOutput = NetworkRole(rawValue: 5)
  package static let synthesis = NetworkRole(rawValue: 6)

  private static let firstContextInput: UInt8 = 16

  /// For the head that gives a picture at a fraction of its size, the samples of the picture on a
  /// side of the square that one of its own stands for: 2, 4 or 8.
  var headReduction: Int? {
    (0x81...0x83).contains(rawValue) ? 1 << Int(rawValue & 0x7F) : nil
  }

  /// Whether this version knows what the network is for.
  var isKnown: Bool {
    let inputs = Self.firstContextInput..<Self.firstContextInput + UInt8(CodingOrder.maximumSteps)
    return (Self.analysis.rawValue...Self.synthesis.rawValue).contains(rawValue)
      || inputs.contains(rawValue) || headReduction != nil
  }

  /// Whether a reader that does not know it drops it.
  var isOptional: Bool { rawValue & 0x80 != 0 }

  /// The first network of a step, 0 ..< ``CodingOrder/maximumSteps``.
  package static func contextInput(step: Int) -> NetworkRole {
    NetworkRole(rawValue: firstContextInput + UInt8(step))
  }
}

/// The networks of a weights file.
struct NetworkSet {
  private var networks: [(role: NetworkRole, network: Network)] = []
  /// What gives pictures at a fraction of their size.
  private(set) var heads: [SynthesisHead] = []

  /// Reads a number of networks, then each by its role and its length.
  init(parsing reader: inout ParameterReader, levels: Int) throws(ParameterError) {
    for _ in 0..<(try reader.u8()) {
      let start = reader.offset
      let role = NetworkRole(rawValue: UInt8(try reader.u8()))
      let length = try reader.u32()
      guard length <= reader.remaining else { throw .truncated(offset: reader.bytes.count) }
      let end = reader.offset + Int(length)
      guard role.isKnown else {
        guard role.isOptional else {
          throw .badField("a network of the unknown role \(role.rawValue)", offset: start)
        }
        _ = try reader.take(Int(length))
        continue
      }
      guard !networks.contains(where: { $0.role == role }) else {
        throw .misfit("the network of role \(role.rawValue) stands twice", offset: start)
      }
      let layerCount = role.headReduction == nil ? 0 : try reader.u8()
      let network = try Network(parsing: &reader, levels: levels)
      guard role.headReduction != nil || !network.hasConvolution else {
        throw .misfit("a convolution stands in another network than a head", offset: start)
      }
      networks.append((role, network))
      if let reduction = role.headReduction {
        heads.append(
          SynthesisHead(reduction: reduction, layerCount: layerCount, network: network))
      }
      guard reader.offset == end else {
        throw .misfit("a network has another length than it says", offset: start)
      }
    }
  }

  /// The network of a role, which the model must have.
  func network(_ role: NetworkRole) throws(ModelError) -> Network {
    guard let found = networks.first(where: { $0.role == role }) else {
      throw .badNetwork("the network of role \(role.rawValue) is missing")
    }
    return found.network
  }
}

extension Network {
  /// Reads a network: a number of layers, then the layers.
  init(parsing reader: inout ParameterReader, levels: Int) throws(ParameterError) {
    let count = try reader.u8("layer count", in: 1...64)
    var layers: [Layer] = []
    for _ in 0..<count { layers.append(try Layer(parsing: &reader, levels: levels)) }
    self.init(layers: layers)
  }
}

extension FrequencyTable {
  /// Reads a frequency table.
  init(parsing reader: inout ParameterReader) throws(ParameterError) {
    let start = reader.offset
    let rawBits = try reader.u8("rawBits", in: 0...12)
    let minimum = Int(Int16(truncatingIfNeeded: try reader.u16()))
    let count = try reader.u16("count", in: 1...255)
    var frequencies: [UInt16] = []
    for _ in 0...count { frequencies.append(UInt16(try reader.u16())) }
    guard let table = FrequencyTable(rawBits: rawBits, minimum: minimum, frequencies: frequencies)
    else { throw .badField("a frequency table is not valid", offset: start) }
    self = table
  }
}
