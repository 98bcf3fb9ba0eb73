import Codec
import Container
package import Neural
import Pixels

/// Decodes `.tng` files.
///
///     let decoder = TNGDecoder(options: .init(threads: 2))
///     let picture = try decoder.decode(file)
///
/// The pixels depend on the file alone: not on the processor, nor on the number of threads.
public struct TNGDecoder: Sendable {
  /// The settings of a decoder.
  public struct Options: Sendable, Hashable {
    /// The number of threads, at least 1. The pixels do not depend on it.
    public var threads: Int
    /// What to do at most for a file.
    public var limits: Limits

    /// Creates the settings.
    public init(threads: Int = 1, limits: Limits = Limits()) {
      self.threads = threads
      self.limits = limits
    }
  }

  /// The settings.
  public var options: Options
  private let kernels: Kernels
  private let now: @Sendable () -> Duration
  private let workspace = Workspace()

  /// Creates a decoder. It keeps up to 32 MiB of memory from one picture for the next; any number of threads may use it at once.
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

  /// Whether a file begins as `.tng` files do (`Documentation/Format.md`, section 2); its first four bytes are enough.
  public static func recognizes(_ file: [UInt8]) -> Bool {
    file.starts(with: FileHeader.signature)
  }

  /// Decodes a file.
  ///
  /// - Throws: a ``TNGError`` that says what is wrong with the file.
  public func decode(_ file: [UInt8]) throws(TNGError) -> Picture {
    try decode(file, allowsPartial: false).picture
  }

  /// Decodes what there is of a cut or damaged file.
  ///
  /// Needs the header, and the beginning of the latents. A damaged tile spoils its own area and a few pixels around it, and metadata that
  /// is damaged is left out.
  ///
  /// - Throws: a ``TNGError`` if even that is not there, or a limit is exceeded.
  public func decodePartial(_ file: [UInt8]) throws(TNGError) -> PartialPicture {
    try decode(file, allowsPartial: true)
  }

  private func decode(
    _ file: [UInt8], allowsPartial: Bool
  ) throws(TNGError) -> PartialPicture {
    let container = try parse(file, allowsPartial: allowsPartial)
    let (model, execution) = try prepare(for: container.header)
    do throws(CodecError) {
      let decoded = try execution.withWorkers { execution throws(CodecError) in
        try pictureDecoder(model, execution).decode(container, allowsPartial: allowsPartial)
      }
      return PartialPicture(
        picture: Picture(pixels: decoded.pixels, metadata: container.metadata),
        arrival: Arrival(decoded.arrival))
    } catch {
      throw TNGError(error)
    }
  }

  private func pictureDecoder(_ model: Model, _ execution: Execution) -> PictureDecoder {
    PictureDecoder(
      model: model, execution: execution,
      timer: options.limits.tileTime.map { TileTimer(limit: $0, now: now) })
  }

  /// What decodes a picture that keeps within the limits.
  private func prepare(for header: FileHeader) throws(TNGError) -> (Model, Execution) {
    try options.limits.check(width: header.width, height: header.height)
    guard let model = ModelLibrary.model(id: header.modelID) else {
      throw .unsupported("its model, \(hexadecimal(header.modelID)), is not known here")
    }
    let execution = Execution(kernels: kernels, threads: options.threads, workspace: workspace)
    let need = pictureDecoder(model, execution).memory(for: header)
    return (model, try options.limits.restrict(execution, for: "Decoding", needing: need))
  }

  /// Reads what a file says of its picture, without decoding it.
  ///
  /// - Parameter allowsPartial: whether the file may be cut behind its header, or damaged there.
  /// - Throws: a ``TNGError`` that says what is wrong with the file.
  public func readInfo(
    _ file: [UInt8], allowsPartial: Bool = false
  ) throws(TNGError) -> PictureInfo {
    let container = try parse(file, allowsPartial: allowsPartial)
    let header = container.header
    return PictureInfo(
      width: header.width, height: header.height, format: header.format,
      quality: Quality(level: Int(header.level)), modelID: header.modelID,
      modelName: ModelLibrary.name(id: header.modelID), metadata: container.metadata)
  }

  private func parse(_ file: [UInt8], allowsPartial: Bool) throws(TNGError) -> ContainerFile {
    let limits = options.limits
    let container: ContainerFile
    do throws(ContainerError) {
      container = try ContainerFile(
        parsing: file, maximumChunks: limits.chunks, allowsPartial: allowsPartial)
    } catch {
      if case .tooManyChunks = error {
        throw .limitExceeded(.chunks, "The file has more than \(limits.chunks) chunks")
      }
      throw TNGError(error)
    }
    let metadata = container.chunks.reduce(0) { sum, chunk in
      chunk.type.isRequired ? sum : sum + chunk.payload.count
    }
    guard metadata <= limits.metadata else {
      throw .limitExceeded(
        .metadata, "The file has \(metadata) bytes of metadata, more than \(limits.metadata)")
    }
    return container
  }
}

/// The time since the first call. Where there is no clock it stands still, and ``Limits/tileTime`` limits nothing.
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

extension ContainerFile {
  /// The metadata chunks that are intact.
  fileprivate var metadata: Metadata {
    let payload = { (type: ChunkType) -> [UInt8]? in
      guard let chunk = chunk(type), chunk.condition == .intact else { return nil }
      return Array(bytes[chunk.payload])
    }
    return Metadata(iccProfile: payload(.iccProfile), exif: payload(.exif), xmp: payload(.xmp))
  }
}

extension Arrival {
  fileprivate init(_ tiles: TileArrival) {
    wholeTiles = tiles.wholeTiles
    tileCount = tiles.tileCount
    fraction =
      tiles.announcedBytes > 0 ? Double(tiles.soundBytes) / Double(tiles.announcedBytes) : 0
  }
}
