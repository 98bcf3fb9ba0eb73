internal import Pixels

/// What a file's own headers say of its picture and libvips, or an old library below it, does not
/// pass on. What a newer version passes on is the same, so nothing is done twice.
struct ContainerFacts {
  /// The colours in numbers.
  var color: ColorDescription?
  /// Whether the colours in numbers come before an ICC profile.
  var colorOverridesProfile = false
  /// Metadata to put in place of what libvips finds.
  var metadata = Metadata()
  /// Whether alpha is premultiplied.
  var isPremultiplied = false
  /// Whether the samples are luma and chroma, as sYCC has them.
  var isYCC = false
  /// How the samples are L*a*b*, where libvips hands them over as they are.
  var lab: TIFFFile.Lab?
  /// Whether the samples are CMYK, perhaps with alpha, where libvips may take four for RGB and
  /// alpha.
  var isCMYK = false
  /// What samples beyond those of the colours mean: 1 and 2 are alpha, others nothing that is said.
  var extraSamples: [Int]?
  /// Whether the decoder turns the picture, so that an orientation in EXIF only repeats it.
  var isTurnedByDecoder = false
  /// Whether libvips's number of pages is one of frames or pages.
  var countsPages = false
  /// Why the picture cannot be had as it is meant.
  var unsupported: String?
  /// Whether the file is an animation, which libvips must know to give the first frame.
  var isAnimation = false
  /// The file to decode instead of the one that was given.
  var replacement: [UInt8]?
  /// Text beside metadata.
  var texts: [TextEntry] = []
  /// What is left out.
  var warnings: [ImageWarning] = []

  /// Looks into a file that libvips reads by a loader.
  init(_ file: [UInt8], loader: String) {
    switch loader {
    case "VipsForeignLoadPng": PNGFile(file: file).map { add($0) }
    case "VipsForeignLoadJpeg": JPEGFile(file: file).map { add($0) }
    case "VipsForeignLoadTiff": TIFFFile(file).map { add($0) }
    case "VipsForeignLoadJp2k": JPEG2000File(file: file).map { add($0) }
    case "VipsForeignLoadJxl":
      isTurnedByDecoder = true
      countsPages = true
      add(JPEGXLFile(file: file))
    case "VipsForeignLoadHeif":
      isTurnedByDecoder = true
      countsPages = true
      HEIFFile(file: file).map { add($0) }
    case "VipsForeignLoadWebp": countsPages = true
    case "VipsForeignLoadNsgif":
      countsPages = true
      texts = GIFFile(file).comments
    default: break
    }
  }

  private mutating func leaveOut(_ part: String, if isThere: Bool) {
    if isThere { warnings.append(.leftOut(part)) }
  }

  private mutating func setColor(_ numbers: CodePoints?) {
    guard let numbers else { return }
    color = ColorDescription(numbers)
    if color == nil { warnings.append(.unknownColors) }
  }
}

// MARK: - Containers

extension ContainerFacts {
  private mutating func add(_ file: PNGFile) {
    if let numbers = file.codePoints {
      setColor(numbers)
      colorOverridesProfile = color != nil
    } else {
      color = file.color
    }
    metadata.iccProfile = file.iccProfile
    metadata.exif = file.exif
    metadata.xmp = file.rawXMP
    let texts = file.texts
    if metadata.xmp == nil, !file.hasXMP { metadata.xmp = XMPPacket(texts)?.bytes }
    self.texts = texts
    if file.isCut { warnings.append(.cut(rows: 0)) }
    if file.frameCount > 1 { warnings.append(.pages(file.frameCount)) }
  }

  private mutating func add(_ file: JPEGFile) {
    metadata.xmp = file.xmp
    texts = file.comments
    let packet = metadata.xmp.map(XMPPacket.init)
    let hasGainMap = file.hasGainMap || packet?.announcesGainMap == true
    leaveOut("A video that follows the picture", if: packet?.announcesVideo == true)
    leaveOut("A gain map", if: hasGainMap)
    leaveOut("A preview", if: file.previewCount > 0)
    leaveOut(
      "A further picture in the file", if: file.furtherPictureCount > (hasGainMap ? 1 : 0))
  }

  private mutating func add(_ file: TIFFFile) {
    metadata.exif = file.exif
    extraSamples = file.extraSamples
    isYCC = file.ycc == .full
    if file.ycc == .other {
      unsupported = "its samples are luma and chroma, of fewer samples or a limited range"
    }
    lab = file.lab
    // libvips from 8.18.5 on reads no L*a*b* of 8 bits, and all lose its alpha.
    if lab != nil { replacement = file.calledRGB }
    if lab == nil, file.isOtherLab { unsupported = "its samples are CIE L*a*b* of a rare coding" }
    if file.pageCount > 1 { warnings.append(.pages(file.pageCount)) }
    leaveOut("A preview", if: file.hasPreview)
  }

  private mutating func add(_ file: JPEG2000File) {
    metadata = Metadata(iccProfile: file.iccProfile, exif: file.exif, xmp: file.xmp)
    isPremultiplied = file.isPremultiplied
    isCMYK = metadata.profileSpace == "CMYK"
    switch file.spaceNumber.map(JPEG2000File.EnumeratedSpace.init) {
    case .sYCC:
      // With fewer samples of chroma, every version of libvips converts.
      isYCC = !file.isSubsampled
      if isYCC { replacement = file.calledSRGB }
    case .rommRGB:
      color = ColorDescription(chromaticities: .rommRGB, curve: .power(1.8))
    case .sRGB, .gray, nil: break
    case .cmyk: isCMYK = true
    default: if metadata.iccProfile == nil { warnings.append(.unknownColors) }
    }
  }

  private mutating func add(_ file: JPEGXLFile) {
    metadata.exif = file.exif
    metadata.xmp = file.xmp
    isPremultiplied = file.header?.isPremultiplied ?? false
    isAnimation = file.header?.isAnimated ?? false
    leaveOut("A gain map", if: file.hasGainMap)
    leaveOut("Compressed metadata, which cannot be read,", if: file.hasUnreadableMetadata)
  }

  private mutating func add(_ file: HEIFFile) {
    if !file.hasProfile { setColor(file.codePoints) }
    metadata.exif = file.exif
    metadata.xmp = file.xmp
    isPremultiplied = file.isPremultiplied
    leaveOut("A gain map", if: file.hasGainMap)
    leaveOut("A map of distances", if: file.hasDepthMap)
    leaveOut("A preview", if: file.hasPreview)
    leaveOut("A sequence of pictures", if: file.isSequence)
    let packet = metadata.xmp.map(XMPPacket.init)
    leaveOut("A video that follows the picture", if: packet?.announcesVideo == true)
  }
}
