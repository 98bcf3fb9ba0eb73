import Bytes
import Codec
import Container
import Models
package import Neural
public import Pixels

/// Decodes `.tng` files.
///
///     let decoder = TNGDecoder(options: .init(threads: 2))
///     let picture = try decoder.decode(file)
///
/// The pixels depend on the file alone: not on the processor, nor on the number of threads.
public struct TNGDecoder: Sendable {
  /// The settings of a decoder.
  public struct Options: Sendable {
    /// The number of threads, at least 1. The pixels do not depend on it.
    public var threads: Int
    /// What decoding a file may take at most.
    public var limits: Limits
    /// The models that files may name.
    public var models: ModelLibrary
    /// By which the work can be ended early, or nil.
    public var cancellation: Cancellation?

    /// Creates the settings.
    public init(
      threads: Int = 1, limits: Limits = Limits(), models: ModelLibrary = .embedded,
      cancellation: Cancellation? = nil
    ) {
      self.threads = threads
      self.limits = limits
      self.models = models
      self.cancellation = cancellation
    }

    var isCancelled: @Sendable () -> Bool {
      { [cancellation] in cancellation?.isCancelled ?? false }
    }
  }

  /// The settings.
  public var options: Options
  private let kernels: Kernels
  private let now: @Sendable () -> Duration
  private let workspace = Workspace()

  /// Creates a decoder. It keeps up to 32 MiB of memory from one picture for the next; any number
  /// of threads may use it at once.
  public init(options: Options = Options()) {
    self.init(options: options, kernels: .selected)
  }

  /// - Parameter now: the clock that ``Limits/tileTime`` is measured by.
  package init(
    options: Options, kernels: Kernels = .selected, now: @escaping @Sendable () -> Duration = uptime
  ) {
    self.options = options
    self.kernels = kernels
    self.now = now
  }

  /// Whether a file begins as `.tng` files do (`Documentation/Format.md`, section 2); its first
  /// four bytes are enough.
  public static func recognizes(_ file: [UInt8]) -> Bool {
    file.starts(with: FileHeader.signature)
  }

  /// Decodes a file, or a region of its picture, at its size or smaller.
  ///
  /// - Parameters:
  ///   - scale: the size.
  ///   - region: what to decode, in pixels of the picture at this size: the same samples as those of
  ///     the whole, for the work of as much and a margin. Tiles of 1024×1024 pixels of the file that
  ///     it needs nothing of are not looked at; they may be damaged. Nil for all of the picture.
  /// - Throws: a ``TNGError`` that says what is wrong with the file.
  public func decode(
    _ file: [UInt8], scale: DecodingScale = .whole, region: PixelRegion? = nil
  ) throws(TNGError) -> Picture {
    try decode(file, scale, region, allowsPartial: false).picture
  }

  /// Decodes what there is of a cut or damaged file.
  ///
  /// Needs the headers, and the table of tiles. A tile that is damaged or missing spoils its own
  /// area and a few pixels around it, and metadata that is damaged is left out.
  ///
  /// - Parameters:
  ///   - scale: the size.
  ///   - region: what to decode, in pixels of the picture at this size; nil for all of it.
  /// - Throws: a ``TNGError`` if even that is not there, or a limit is exceeded.
  public func decodePartial(
    _ file: [UInt8], scale: DecodingScale = .whole, region: PixelRegion? = nil
  ) throws(TNGError) -> PartialPicture {
    try decode(file, scale, region, allowsPartial: true)
  }

  /// Decodes a file, or a region of its picture, into memory of the caller's.
  ///
  /// - Parameters:
  ///   - scale: the size.
  ///   - region: what to decode, in pixels of the picture at this size; nil for all of it.
  ///   - sink: of the region's size, or of the picture's at this size (``PictureInfo/size(at:)``),
  ///     with a format that takes the picture's (``PixelSink/accepts(_:depth:)``). If this
  ///     throws, what it holds is undefined.
  /// - Returns: the picture's metadata.
  /// - Throws: a ``TNGError`` that says what is wrong with the file.
  @discardableResult
  public func decode(
    _ file: [UInt8], scale: DecodingScale = .whole, region: PixelRegion? = nil,
    to sink: PixelSink
  ) throws(TNGError) -> Metadata {
    let job = try job(parse(file, .whole), scale, region, allowsPartial: false)
    job.check(sink)
    try job.run(to: sink)
    return job.file.metadata
  }

  /// Decodes what there is of a cut or damaged file into memory of the caller's.
  ///
  /// - Parameters:
  ///   - scale: the size.
  ///   - region: what to decode, in pixels of the picture at this size; nil for all of it.
  ///   - sink: as for ``decode(_:scale:region:to:)``.
  /// - Returns: how much of the picture the file had.
  /// - Throws: a ``TNGError`` as ``decodePartial(_:scale:region:)`` does.
  public func decodePartial(
    _ file: [UInt8], scale: DecodingScale = .whole, region: PixelRegion? = nil,
    to sink: PixelSink
  ) throws(TNGError) -> Completeness {
    let job = try job(parse(file, .partial), scale, region, allowsPartial: true)
    job.check(sink)
    return Completeness(try job.run(to: sink))
  }

  private func decode(
    _ file: [UInt8], _ scale: DecodingScale, _ region: PixelRegion?, allowsPartial: Bool
  ) throws(TNGError) -> PartialPicture {
    let container = try parse(file, allowsPartial ? .partial : .whole)
    return try job(container, scale, region, allowsPartial: allowsPartial).picture()
  }

  /// The decoding of a file that keeps within the limits.
  fileprivate func job(
    _ container: ContainerFile, _ scale: DecodingScale, _ region: PixelRegion?,
    allowsPartial: Bool
  ) throws(TNGError) -> DecodingJob {
    guard let frame = container.frames.first else {
      throw TNGError(.truncated, offset: container.bytes.count)
    }
    let header = container.header
    let area = try area(scale, region, of: header)
    let model = try model(of: frame)
    let interruption = Interruption(
      tileTime: options.limits.tileTime, now: now, isCancelled: options.isCancelled)
    var execution = Execution(kernels: kernels, threads: options.threads, workspace: workspace)
    let decoder = PictureDecoder(model: model, execution: execution)
    do throws(CodecError) {
      try decoder.check(frame, of: container)
    } catch {
      throw TNGError(error)
    }
    execution = try options.limits.restrict(
      execution, needing: decoder.memory(for: header, frame.header, area: area))
    return DecodingJob(
      file: container, frame: frame, area: area, model: model, execution: execution,
      interruption: interruption, allowsPartial: allowsPartial)
  }

  /// What to decode, if it lies in the picture and stands for no more pixels than allowed.
  fileprivate func area(
    _ scale: DecodingScale, _ region: PixelRegion?, of header: FileHeader
  ) throws(TNGError) -> PictureArea {
    guard let area = PictureArea(region: region, reduction: scale.rawValue, of: header) else {
      throw TNGError(.regionOutside)
    }
    // Time grows with the pixels that the area stands for.
    let covered = area.covered(in: header)
    try options.limits.check(width: covered.width, height: covered.height)
    return area
  }

  /// The model of a frame's latents, if it has any.
  fileprivate func model(of frame: Frame) throws(TNGError) -> Model? {
    guard frame.header.layers.contains(.latents) else { return nil }
    guard let entry = options.models.registry.entry(id: frame.header.modelID) else {
      throw TNGError(
        .unknownModel, in: .frame, offset: frame.offset, value: UInt64(frame.header.modelID))
    }
    return try entry.usableModel()
  }

  /// Reads what a file says of its picture, without decoding it.
  ///
  /// - Parameter allowsPartial: whether the file may be cut behind its header, or damaged there.
  /// - Throws: a ``TNGError`` that says what is wrong with the file.
  public func readInfo(
    _ file: [UInt8], allowsPartial: Bool = false
  ) throws(TNGError) -> PictureInfo {
    let container = try parse(file, allowsPartial ? .partial : .whole)
    let header = container.header
    return PictureInfo(
      width: header.width, height: header.height, format: header.format,
      depth: header.depth,
      isLossless: container.frames.first.map { !$0.header.layers.contains(.latents) } ?? false,
      exact: ExactInfo(container, on: Execution(kernels: kernels)),
      model: container.frames.first.flatMap { ModelInfo($0.header, options.models) },
      byteCount: container.frames.first?.announcedEnd, metadata: container.metadata)
  }

  func parse(_ file: [UInt8], _ extent: FileExtent) throws(TNGError) -> ContainerFile {
    let limits = options.limits
    guard file.count <= limits.fileBytes else {
      throw TNGError(
        .fileTooLarge, value: UInt64(file.count), bound: UInt64(max(limits.fileBytes, 0)))
    }
    let container: ContainerFile
    do throws(FormatError) {
      container = try ContainerFile(
        parsing: file, maximumChunks: limits.chunks, extent: extent)
    } catch {
      if error.kind == .tooManyChunks {
        throw TNGError(.tooManyChunks, offset: error.offset, bound: UInt64(max(limits.chunks, 0)))
      }
      throw TNGError(error)
    }
    let metadata = container.chunks.reduce(0) { $0 + $1.payload.count }
    guard metadata <= limits.metadata else {
      throw TNGError(
        .tooMuchMetadata, value: UInt64(metadata), bound: UInt64(max(limits.metadata, 0)))
    }
    return container
  }
}

// MARK: Excerpts

extension TNGDecoder {
  /// Which bytes of a file a region needs, in rising order: its *excerpt*. For readers that fetch
  /// parts of a file (HTTP's `Range`):
  ///
  ///     let ranges = try decoder.byteRanges(of: region, head: fetch(0..<16384))
  ///     let picture = try decoder.decode(excerpt: ranges.flatMap(fetch), region: region)
  ///
  /// - Parameters:
  ///   - region: in pixels of the picture at the size that is to be decoded.
  ///   - head: the first bytes of the file, up to the end of its table at least. How long that is,
  ///     the file alone tells; with an error of the category ``TNGError/Category/truncated``, ask
  ///     again with more.
  /// - Throws: a ``TNGError`` that says what is wrong with these bytes.
  public func byteRanges(
    of region: PixelRegion, scale: DecodingScale = .whole, head: [UInt8]
  ) throws(TNGError) -> [Range<Int>] {
    let (container, selection) = try selection(of: region, scale, head: head)
    return container.ranges(of: selection)
  }

  /// Decodes a region from the bytes of ``byteRanges(of:scale:head:)``, one after another.
  ///
  /// - Throws: a ``TNGError`` that says what is wrong with the bytes.
  public func decode(
    excerpt: [UInt8], scale: DecodingScale = .whole, region: PixelRegion
  ) throws(TNGError) -> Picture {
    let (head, selection) = try selection(of: region, scale, head: excerpt)
    let container: ContainerFile
    do throws(FormatError) {
      container = try head.excerpt(of: selection)
    } catch {
      throw TNGError(error)
    }
    return try job(container, scale, region, allowsPartial: false).picture().picture
  }

  private func selection(
    of region: PixelRegion, _ scale: DecodingScale, head: [UInt8]
  ) throws(TNGError) -> (ContainerFile, StreamSelection) {
    let container = try parse(head, .head)
    guard let frame = container.frames.first else { throw TNGError(.truncated, offset: head.count) }
    let decoder = PictureDecoder(model: try model(of: frame), execution: Execution())
    let area = try area(scale, region, of: container.header)
    return (container, decoder.selection(for: area, of: container.header))
  }
}

/// The decoding of one frame.
private struct DecodingJob {
  let file: ContainerFile
  let frame: Frame
  let area: PictureArea
  let model: Model?
  let execution: Execution
  let interruption: Interruption
  let allowsPartial: Bool

  func picture() throws(TNGError) -> PartialPicture {
    var completeness: Completeness?
    let pixels = try PixelBuffer(
      width: area.region.width, height: area.region.height, format: file.header.format,
      depth: file.header.depth
    ) { sink throws(TNGError) in
      completeness = Completeness(try run(to: sink))
    }
    return PartialPicture(
      picture: Picture(pixels: pixels, metadata: file.metadata), completeness: completeness!)
  }

  /// Traps if a sink cannot take the picture.
  func check(_ sink: PixelSink) {
    precondition(
      (sink.width, sink.height) == (area.region.width, area.region.height),
      "the sink has another size than what is decoded")
    precondition(
      sink.accepts(file.header.format, depth: file.header.depth),
      "the sink cannot hold such samples")
  }

  @discardableResult
  func run(to sink: PixelSink) throws(TNGError) -> FrameCompleteness {
    do throws(CodecError) {
      return try execution.withWorkers { execution throws(CodecError) in
        try PictureDecoder(model: model, execution: execution, interruption: interruption)
          .decode(frame, of: file, area: area, to: sink, allowsPartial: allowsPartial)
      }
    } catch {
      throw TNGError(error)
    }
  }
}

/// The time since the first call. Where there is no clock it stands still, and ``Limits/tileTime``
/// limits nothing.
@Sendable private func uptime() -> Duration {
  #if hasFeature(Embedded)
    .zero
  #else
    firstCall.duration(to: .now)
  #endif
}

#if !hasFeature(Embedded)
  private let firstCall = ContinuousClock.now
#endif

extension ModelInfo {
  fileprivate init?(_ frame: FrameHeader, _ models: ModelLibrary) {
    guard frame.layers.contains(.latents) else { return nil }
    id = frame.modelID
    level = Int(frame.level)
    let properties = models.registry.entry(id: id)?.properties
    name = properties?.name
    levelCount = properties?.levelCount
  }
}

extension ExactInfo {
  fileprivate init?(_ file: ContainerFile, on execution: Execution) {
    let (canvas, numbers) = (file.header, Array(0..<file.header.grid.count))
    guard let layer = file.frames.first?.layer(.exact),
      let tiles = try? ExactLayer.colors(of: canvas).coverage(
        of: numbers, layer, in: file.bytes, allowsPartial: true, on: execution)
    else { return nil }
    pixels = tiles.enumerated().reduce(0) { sum, tile in
      guard case .blocks(let blocks) = tile.element else { return sum }
      let (rows, columns) = canvas.grid.tile(tile.offset)
      return sum + blocks.exactPixels(width: columns.count, height: rows.count)
    }
    bytes = Int(layer.announcedBytes(of: numbers))
  }
}

extension ContainerFile {
  /// The metadata chunks that are intact.
  fileprivate var metadata: Metadata {
    let payload = { (type: ChunkType) -> [UInt8]? in
      guard let chunk = chunk(type), chunk.isIntact else { return nil }
      return Array(bytes[chunk.payload])
    }
    return Metadata(iccProfile: payload(.iccProfile), exif: payload(.exif), xmp: payload(.xmp))
  }
}

extension Completeness {
  fileprivate init(_ tiles: FrameCompleteness) {
    wholeTiles = tiles.wholeTiles
    tileCount = tiles.tileCount
    byteShare =
      tiles.announcedBytes > 0 ? Double(tiles.soundBytes) / Double(tiles.announcedBytes) : 0
  }
}
