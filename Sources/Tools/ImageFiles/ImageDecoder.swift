internal import CVipsShim
internal import Pixels

/// Makes a picture of an image that libvips has opened, and of what its file says.
struct ImageDecoder {
  private let header: LibvipsImage
  private let facts: ContainerFacts
  private let keepsDepth: Bool
  private var metadata: Metadata
  /// What is left out or changed.
  private(set) var warnings: [ImageWarning]

  init(_ header: LibvipsImage, _ facts: ContainerFacts, keepsDepth: Bool) {
    self.header = header
    self.facts = facts
    self.keepsDepth = keepsDepth
    metadata = Metadata(header)
    metadata.dropMadeUpProfile()
    metadata.complete(with: facts.metadata)
    metadata.xmp = metadata.xmp.flatMap { XMPPacket($0).withoutAnnouncements?.bytes }
    metadata.complete(with: header.resolution)
    warnings = facts.warnings
    if facts.countsPages, header.pageCount > 1 { warnings.append(.pages(header.pageCount)) }
    if metadata.xmp == nil, header.metadata("iptc-data") != nil {
      warnings.append(.leftOut("IPTC metadata"))
    }
    let packet = metadata.xmp.map(XMPPacket.init)
    let lost = Set(facts.texts.filter { packet?.holds($0) != true }.map(\.keyword)).sorted()
    if !lost.isEmpty { warnings.append(.leftOut("Text (\(lost.joined(separator: ", ")))")) }
  }

  /// The picture, or nil when libvips fails.
  mutating func decode() throws -> Picture? {
    if let reason = facts.unsupported { throw ImageFileError.unsupported(reason) }
    if facts.isAnimation, header.pageCount == 1 {
      throw ImageFileError.unsupported(
        "it is an animation, of which this version of libvips does not give the first frame")
    }
    guard let upright = decodeUpright() else { return nil }
    guard let displayable = convertToDisplay(upright) else { return nil }
    guard let pixels = try copyPixels(displayable) else { return nil }
    let isConverted = displayable !== upright || facts.lab != nil
    describeColors(isGray: pixels.format.isGray, isConverted: isConverted)
    metadata.setUpright()
    return Picture(pixels: pixels, metadata: metadata)
  }

  private func decodeUpright() -> LibvipsImage? {
    guard let decoded = header.decoded() else { return nil }
    let isUpright = facts.isTurnedByDecoder || decoded.orientation == 1
    return isUpright ? decoded : decoded.turnedUpright()
  }

  private mutating func convertToDisplay(_ image: LibvipsImage) -> LibvipsImage? {
    if facts.isCMYK, image.color != VIPS_SHIM_COLOR_CMYK {
      guard image.bands >= 4, let called = image.calledCMYK() else { return nil }
      if let profile = metadata.iccProfile { called.setMetadata("icc-profile-data", profile) }
      return convertToDisplay(called)
    }
    switch image.color {
    case VIPS_SHIM_COLOR_CMYK:
      warnings.append(.conversion("CMYK"))
      return image.convertedFromCMYK()
    case VIPS_SHIM_COLOR_ABSOLUTE:
      warnings.append(.conversion("CIE Lab, CIE XYZ or linear light"))
      return image.convertedFromAbsolute()
    default: return image
    }
  }
}

// MARK: - Samples

extension ImageDecoder {
  private mutating func copyPixels(_ image: LibvipsImage) throws -> PixelBuffer? {
    let bands = try chooseBands(of: image)
    let format = PixelFormat(isGray: bands.count < 3, hasAlpha: bands.count.isMultiple(of: 2))
    switch image.samples {
    case VIPS_SHIM_SAMPLES_8_BIT:
      return block(image, bands, format, of: UInt8.self)?.reduced(of: image, format)
    case VIPS_SHIM_SAMPLES_16_BIT:
      let block = block(image, bands, format, of: UInt16.self)
      if keepsDepth, let pixels = block?.pixels(of: image, format) { return pixels }
      if facts.color?.curve.isHighDynamicRange != true { warnings.append(.depth) }
      return block?.reduced(of: image, format)
    default:
      throw ImageFileError.unsupported(
        "its samples are neither 8 nor 16 bits, and have no defined range")
    }
  }

  /// The bands to keep: colours, then alpha.
  private mutating func chooseBands(of image: LibvipsImage) throws -> [Int] {
    var bands = Array(0..<image.bands)
    if let extra = facts.extraSamples, extra.count < bands.count {
      let colors = bands.count - extra.count
      let alpha = extra.firstIndex { $0 == 1 || $0 == 2 }
      bands = Array(0..<colors) + (alpha.map { [colors + $0] } ?? [])
      if bands.count < image.bands { warnings.append(.extraSamples) }
    }
    guard (1...4).contains(bands.count) else {
      throw ImageFileError.unsupported("its pixels have \(bands.count) samples")
    }
    return bands
  }

  /// The samples of an image as a picture has them.
  private mutating func block<Sample: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ image: LibvipsImage, _ bands: [Int], _ format: PixelFormat, of type: Sample.Type
  ) -> SampleBlock<Sample>? {
    guard let samples = image.copySamples(as: type) else { return nil }
    var block = SampleBlock(samples, bands: image.bands, white: image.white)
    block.keep(bands)
    if facts.isYCC, !format.isGray { block.convertFromYCC() }
    if let lab = facts.lab, !format.isGray {
      warnings.append(.conversion("CIE Lab"))
      block.convertFromLab(lab)
    }
    if facts.isPremultiplied, format.hasAlpha { block.divideByAlpha() }
    return block
  }
}

extension SampleBlock {
  fileprivate func reduced(of image: LibvipsImage, _ format: PixelFormat) -> PixelBuffer {
    PixelBuffer(width: image.width, height: image.height, format: format, samples: reduced)
  }
}

extension SampleBlock<UInt16> {
  /// The samples as they are, or nil if white is not the largest number of a depth.
  fileprivate func pixels(of image: LibvipsImage, _ format: PixelFormat) -> PixelBuffer? {
    depth.map {
      PixelBuffer(
        width: image.width, height: image.height, format: format, depth: $0, wideSamples: samples)
    }
  }
}

// MARK: - Colours

extension ImageDecoder {
  /// Gives the picture a profile for colours that the file tells in numbers, and takes away one
  /// that says nothing of its samples.
  private mutating func describeColors(isGray: Bool, isConverted: Bool) {
    if isConverted {
      metadata.iccProfile = nil
      return
    }
    if facts.colorOverridesProfile { metadata.iccProfile = nil }
    let hadProfile = metadata.iccProfile != nil
    metadata.dropProfile(unlessFor: isGray ? .gray : .rgb)
    if hadProfile && metadata.iccProfile == nil { warnings.append(.wrongProfile) }
    warnOfHighDynamicRange()
    guard metadata.iccProfile == nil else { return }
    guard let color = facts.color ?? colorOfExif, !color.isSRGB else { return }
    metadata.iccProfile = ICCProfile(color, isGray: isGray)?.bytes
    if metadata.iccProfile == nil { warnings.append(.unknownColors) }
  }

  private mutating func warnOfHighDynamicRange() {
    switch facts.color?.curve {
    case .perceptualQuantizer: warnings.append(.highDynamicRange("PQ"))
    case .hybridLogGamma: warnings.append(.highDynamicRange("HLG"))
    default:
      // So libjxl names the profiles that it makes.
      if metadata.isProfile(named: "_PeQ") { warnings.append(.highDynamicRange("PQ")) }
      if metadata.isProfile(named: "_HLG") { warnings.append(.highDynamicRange("HLG")) }
    }
  }

  /// Adobe RGB, if EXIF says it.
  private var colorOfExif: ColorDescription? {
    guard let tree = metadata.exif.flatMap(ExifTree.init(block:)), tree.isAdobeRGB else {
      return nil
    }
    return ColorDescription(chromaticities: .adobeRGB, curve: .power(2.19921875))
  }
}
