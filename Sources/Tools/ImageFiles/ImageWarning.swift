/// What of a picture file is left out or changed when it is read.
public enum ImageWarning: Sendable, Hashable {
  /// Samples of more than 8 bits become 8.
  case depth
  /// Colours become sRGB, from what the text names.
  case conversion(String)
  /// The picture is HDR by the curve that the text names.
  case highDynamicRange(String)
  /// The colours are given in a way that is not known; the samples stay as they are.
  case unknownColors
  /// The profile is not one for such samples.
  case wrongProfile
  /// Samples of a pixel whose meaning the file does not tell are left out.
  case extraSamples
  /// Of so many frames or pages only the first is read.
  case pages(Int)
  /// A part beside the picture is left out, which the text names.
  case leftOut(String)
  /// The end of the file is missing; so many rows at the bottom are damaged.
  case cut(rows: Int)
}

extension ImageWarning {
  /// Whether samples are not those of the file.
  public var changesSamples: Bool {
    switch self {
    case .depth, .conversion, .highDynamicRange, .extraSamples: true
    case .cut(let rows): rows > 0
    case .unknownColors, .wrongProfile, .pages, .leftOut: false
    }
  }
}

extension ImageWarning: CustomStringConvertible {
  /// The warning as a sentence.
  public var description: String {
    switch self {
    case .depth: "Its samples become 8 bits, rounded to the nearest."
    case .conversion(let source): "Its colours become sRGB, from \(source)."
    case .highDynamicRange(let curve):
      "It is HDR (\(curve)): its samples become 8 bits, and what is brighter than white shows as "
        + "white where HDR is not known."
    case .unknownColors: "Its colours are given in a way that is not known, and taken for sRGB."
    case .wrongProfile: "Its colour profile is not one for its samples, and is left out."
    case .extraSamples:
      "Samples whose meaning the file does not tell are left out of each pixel."
    case .pages(let count): "Only the first of its \(count) frames or pages is read."
    case .leftOut(let part): "\(part) is left out."
    case .cut(rows: 0): "Its end is missing, but the picture is whole."
    case .cut(let rows): "Its end is missing; \(rows) rows at the bottom are damaged."
    }
  }
}
