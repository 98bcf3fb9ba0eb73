import ArgumentParser
import ImageFiles
import Pixels
import TNG

/// How large, and how much of it, a picture is decoded.
struct SizeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Decode the picture smaller: at 1/2, 1/4 and 1/8 each pixel is the mean of those that it stands for; other sizes, such as 1/3, 0.3 or 30%, are made from the next larger of these by Lanczos.",
      valueName: "ratio"))
  var scale: Ratio?

  @Option(
    help: ArgumentHelp(
      "Decode the picture as large as fits this many columns and rows, and never larger than it is.",
      valueName: "WxH"))
  var fit: Box?

  @Option(
    help: ArgumentHelp(
      "Decode a part of the picture alone: its left column, top row, width and height, in pixels of the picture at the size that --scale says. Takes as long as a picture of this size and a margin, however large the whole is.",
      valueName: "x,y,w,h"))
  var region: RegionArgument?

  func validate() throws {
    guard scale == nil || fit == nil else {
      throw ValidationError("Only one of --scale and --fit can be given.")
    }
    guard region == nil || fit == nil && (scale == nil || scale?.decodingScale != nil) else {
      throw ValidationError("A --region can be had at a --scale of 1, 1/2, 1/4 or 1/8.")
    }
  }

  /// A share of a picture's width and height, up to 1: `1/4`, `0.25`, `25%`.
  struct Ratio: Hashable, ExpressibleByArgument {
    let value: Double

    init?(argument: String) {
      let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
      let isPercent = argument.hasSuffix("%")
      guard parts.count <= 2, let first = Double(isPercent ? parts[0].dropLast() : parts[0]),
        let second = parts.count == 2 ? Double(parts[1]) : isPercent ? 100 : 1
      else { return nil }
      value = first / second
      guard value > 0, value <= 1 else { return nil }
    }

    /// The ratio, if pictures are decoded at it.
    var decodingScale: DecodingScale? {
      DecodingScale.allCases.first { value * Double($0.rawValue) == 1 }
    }
  }

  /// The columns and rows of a box: `512x512`.
  struct Box: Hashable, ExpressibleByArgument {
    let width: Int
    let height: Int

    init?(argument: String) {
      let sides = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false)
      guard sides.count == 2, let width = Int(sides[0]), let height = Int(sides[1]), width > 0,
        height > 0
      else { return nil }
      (self.width, self.height) = (width, height)
    }
  }
}

extension SizeOptions {
  /// What to decode of a file: a size that is at least what is asked for.
  func scale(for info: () throws -> PictureInfo) rethrows -> DecodingScale {
    if let scale = scale?.decodingScale { return scale }
    guard scale != nil || fit != nil else { return .whole }
    let info = try info()
    let target = target(info.width, info.height)
    return info.scale(covering: target.width, target.height)
  }

  /// The picture made as small as is asked for, of which `info` tells the size of the whole.
  func shrunk(_ picture: Picture, _ info: () throws -> PictureInfo) throws -> Picture {
    guard fit != nil || scale != nil && scale?.decodingScale == nil else { return picture }
    let info = try info()
    let target = target(info.width, info.height)
    var picture = picture
    picture.pixels = try picture.pixels.shrunk(toWidth: target.width, height: target.height)
    return picture
  }

  /// The size that is asked for of a picture.
  private func target(_ width: Int, _ height: Int) -> (width: Int, height: Int) {
    var ratio = scale?.value ?? 1
    if let fit {
      ratio = min(
        1, Double(fit.width) / Double(width), Double(fit.height) / Double(height))
    }
    let side = { (side: Int) in max(1, Int((Double(side) * ratio).rounded())) }
    return (side(width), side(height))
  }
}
