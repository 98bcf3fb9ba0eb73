internal import CVipsShim
internal import Pixels

/// Makes a picture of an image that libvips has opened, and of what its file says.
struct ImageDecoder {
  private let header: LibvipsImage
  private let facts: ContainerFacts
  private var metadata: Metadata
  /// What is left out or changed.
  private(set) var warnings: [ImageWarning]

  init(_ header: LibvipsImage, _ facts: ContainerFacts) {
    self.header = header
    self.facts = facts
    metadata = Metadata(header)
    metadata.dropMadeUpProfile()
    metadata.complete(with: facts.metadata)
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
    describeColors(isGray: pixels.format.isGray, isConverted: displayable !== upright)
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
    guard let samples = try copySamples(image, bands: bands, format: format) else { return nil }
    return PixelBuffer(width: image.width, height: image.height, format: format, samples: samples)
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

  /// The samples of an image in 8 bits.
  private mutating func copySamples(
    _ image: LibvipsImage, bands: [Int], format: PixelFormat
  ) throws -> [UInt8]? {
    switch image.samples {
    case VIPS_SHIM_SAMPLES_8_BIT:
      return image.copySamples(as: UInt8.self).map {
        finish(SampleBlock($0, bands: image.bands, white: image.white), bands, format)
      }
    case VIPS_SHIM_SAMPLES_16_BIT:
      if facts.color?.curve.isHighDynamicRange != true { warnings.append(.depth) }
      return image.copySamples(as: UInt16.self).map {
        finish(SampleBlock($0, bands: image.bands, white: image.white), bands, format)
      }
    default:
      throw ImageFileError.unsupported(
        "its samples are neither 8 nor 16 bits, and have no defined range")
    }
  }

  private func finish(
    _ block: SampleBlock<some FixedWidthInteger & UnsignedInteger>, _ bands: [Int],
    _ format: PixelFormat
  ) -> [UInt8] {
    var block = block
    block.keep(bands)
    if facts.isYCC, !format.isGray { block.convertFromYCC() }
    if facts.isPremultiplied, format.hasAlpha { block.divideByAlpha() }
    return block.reduced
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
